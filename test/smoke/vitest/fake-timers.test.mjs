// A user's test under vitest's fake timers: a loop that starts there works in real time, and the fakes are left to the
// user's own timers.
import {
  getRunningLoop,
  openConnection,
  ProactorEventLoop,
  run,
  SelectorEventLoop,
  sleep,
  startServer,
  toThread,
  waitFor,
} from 'bight';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

beforeEach(() => {
  vi.useFakeTimers({
    now: 0,
    toFake: [
      'setTimeout',
      'clearTimeout',
      'setInterval',
      'clearInterval',
      'setImmediate',
      'clearImmediate',
      'queueMicrotask',
      'performance',
      'Date',
    ],
  });
});

afterEach(() => {
  vi.useRealTimers();
});

async function echo() {
  const server = await startServer(
    async (reader, writer) => {
      await writer.send(await reader.readline());
      writer.close();
    },
    { host: '127.0.0.1' },
  );
  const [reader, writer] = await openConnection(server.sockets[0].getsockname());
  writer.write(Buffer.from('line\n'));
  const line = String(await reader.readline());
  writer.close();
  await writer.waitClosed();
  server.close();
  await server.waitClosed();
  return line;
}

test.each([
  ['SelectorEventLoop', SelectorEventLoop],
  ['ProactorEventLoop', ProactorEventLoop],
])('a %s works in real time', async (_name, Loop) => {
  const results = await run(
    async () => {
      const loop = getRunningLoop();
      const began = loop.time();
      await sleep(0.02);
      const slept = loop.time() - began;
      const late = await waitFor(sleep(1000), 0.001).then(
        () => 'in time',
        (error) => error.name,
      );
      return [slept >= 0.02, late, await echo(), await toThread(() => 'threaded')];
    },
    { loopFactory: () => new Loop() },
  );
  expect(results).toEqual([true, 'TimeoutError', 'line\n', 'threaded']);
});

test("the user's own timers are vitest's while a loop runs", async () => {
  const rang = [];
  await run(async () => {
    setTimeout(() => rang.push(Date.now()), 3_600_000);
    await sleep(0.01);
    expect(rang).toEqual([]);
    vi.advanceTimersByTime(3_600_000);
  });
  expect(rang).toEqual([3_600_000]);
});
