import net from 'node:net';
import { CoreEventLoop, gather, sleep, waitFor } from '@bight/loop-core';
import { type ClockMode, VirtualClock, VirtualEventLoop } from '@bight/loop-testing';
import { expect, test } from '@jest/globals';
import { runTypeScript } from '../../../../test/support/run-typescript.js';

const HOUR = 3600;

function virtualLoop(mode: ClockMode = 'automatic'): VirtualEventLoop {
  return new VirtualEventLoop({ clock: new VirtualClock({ mode }) });
}

test('time jumps to the next timer when nothing else can happen', async () => {
  const loop = virtualLoop();
  const times: number[] = [];
  await loop.runUntilComplete(async () => {
    for (const delay of [HOUR, 0.25, 1000 * HOUR]) {
      await sleep(delay);
      times.push(loop.time());
    }
  });
  loop.close();
  expect(times).toEqual([3600, 3600.25, 3_603_600.25]);
});

test('timers run in the order in which they are due, each at its own time', async () => {
  const loop = virtualLoop();
  const seen: [string, number][] = [];
  const see = (name: string) => seen.push([name, loop.time()]);
  loop.callLater(2, see, ['second']);
  loop.callLater(1, see, ['first']);
  loop.callLater(2, see, ['third']);
  loop.callLater(3, () => loop.stop());
  await loop.runForever();
  loop.close();
  expect(seen).toEqual([
    ['first', 1],
    ['second', 2],
    ['third', 2],
  ]);
});

test('time stands still while callbacks follow one another', async () => {
  const loop = virtualLoop();
  loop.callLater(HOUR, () => {});
  await loop.runUntilComplete(async () => {
    for (let turn = 0; turn < 1000; turn++) await sleep(0);
  });
  expect(loop.time()).toBe(0);
  loop.close();
});

test('time stands still while foreign microtasks and turns of the platform lead back into the loop', async () => {
  const loop = virtualLoop();
  loop.callLater(HOUR, () => {});
  await loop.runUntilComplete(async () => {
    for (let hop = 0; hop < 100; hop++) await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    await sleep(0);
  });
  expect(loop.time()).toBe(0);
  loop.close();
});

test('a time-out that wins ends at its time', async () => {
  const loop = virtualLoop();
  await expect(loop.runUntilComplete(() => waitFor(loop.createFuture(), HOUR))).rejects.toThrow(
    expect.objectContaining({ name: 'TimeoutError' }),
  );
  expect(loop.time()).toBe(HOUR);
  loop.close();
});

test('the clock begins at the time that it is given', () => {
  const loop = new VirtualEventLoop({ clock: new VirtualClock({ start: 1.7e9 }) });
  expect(loop.time()).toBe(1.7e9);
  loop.close();
});

test('any loop that takes a host can have the clock', async () => {
  const loop = new CoreEventLoop({ host: new VirtualClock() });
  await loop.runUntilComplete(() => sleep(HOUR));
  expect(loop.time()).toBe(HOUR);
  loop.close();
});

test('a manual clock moves only when it is advanced, and stops at each timer on the way', async () => {
  const loop = virtualLoop('manual');
  const seen: number[] = [];
  await loop.runUntilComplete(async () => {
    const sleeper = loop.createTask(async () => {
      for (const delay of [1, 2, 3]) {
        await sleep(delay);
        seen.push(loop.time());
      }
    });
    await loop.clock.advance(0.5);
    expect(seen).toEqual([]);
    await loop.clock.advance(3);
    expect(seen).toEqual([1, 3]);
    expect(loop.time()).toBe(3.5);
    await loop.clock.advance(2.5);
    await sleeper;
  });
  expect(seen).toEqual([1, 3, 6]);
  loop.close();
});

test('a manual clock is moved from outside of the loop, too', async () => {
  const loop = virtualLoop('manual');
  const run = loop.runUntilComplete(() => sleep(HOUR));
  await loop.clock.advance(HOUR);
  await run;
  loop.close();
});

test('a manual clock lets timers run that are due already', async () => {
  const loop = virtualLoop('manual');
  await loop.runUntilComplete(async () => {
    const due = loop.createFuture<void>();
    setImmediate(() => loop.callLater(-1, () => due.setResult()));
    await due;
  });
  expect(loop.time()).toBe(0);
  loop.close();
});

test('moves that overlap follow one another', async () => {
  const loop = virtualLoop('manual');
  const clock = loop.clock;
  await Promise.all([clock.advance(1), clock.advance(2), clock.advance(3)]);
  expect(clock.time()).toBe(6);
  loop.close();
});

test('a clock that holds for real I/O does not jump while a socket is open', async () => {
  const loop = virtualLoop('hold');
  const server = net.createServer((socket) => socket.end('late'));
  await loop.runUntilComplete(async () => {
    const reply = loop.createFuture<string>();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      const client = net.connect(port, '127.0.0.1');
      client.once('data', (data) => {
        client.destroy();
        loop.callSoonThreadsafe(() => reply.setResult(String(data)));
      });
    });
    // In automatic mode the hour would be over before the first byte came.
    expect(await waitFor(reply, HOUR)).toBe('late');
    expect(loop.time()).toBeLessThan(HOUR);
    await new Promise((resolve) => server.close(resolve));
    await sleep(HOUR);
    expect(loop.time()).toBeGreaterThanOrEqual(HOUR);
  });
  loop.close();
});

test('a clock that holds runs as a real clock does while a socket is open', async () => {
  const loop = virtualLoop('hold');
  const server = net.createServer().listen(0, '127.0.0.1');
  const began = performance.now();
  await loop.runUntilComplete(() => sleep(0.02));
  expect(performance.now() - began).toBeGreaterThanOrEqual(19);
  loop.close();
  await new Promise((resolve) => server.close(resolve));
});

test('invalid arguments are refused', () => {
  expect(() => new VirtualClock({ mode: 'fast' as ClockMode })).toThrow(
    'mode must be one of automatic, manual, hold, got fast',
  );
  expect(() => new VirtualClock({ start: Number.NaN })).toThrow(
    expect.objectContaining({ name: 'ValueError' }),
  );
  const clock = new VirtualClock({ mode: 'manual' });
  expect(() => clock.advance(-1)).toThrow('seconds must be finite and not negative, got -1');
  expect(() => clock.advance(Number.POSITIVE_INFINITY)).toThrow('seconds must be finite');
});

test('tasks that sleep side by side share the time', async () => {
  const loop = virtualLoop();
  await loop.runUntilComplete(() =>
    gather(Array.from({ length: 100 }, (_, hours) => () => sleep(hours * HOUR))),
  );
  expect(loop.time()).toBe(99 * HOUR);
  loop.close();
});

test('the pipes of standard output and standard error are no input or output that a clock holds for', async () => {
  const lines = '0\n3600\n7200\n';
  const outcome = await runTypeScript('packages/loop-testing/test/programs/prints-for-an-hour.ts');
  expect(outcome).toEqual({ status: 0, signal: null, stdout: lines, stderr: lines });
});
