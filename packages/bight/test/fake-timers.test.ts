import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { runTypeScript } from '../../../test/support/run-typescript.js';
import {
  createTask,
  getRunningLoop,
  type InetAddress,
  openConnection,
  ProactorEventLoop,
  run,
  SelectorEventLoop,
  sleep,
  startServer,
  TimeoutError,
  timeout,
  toThread,
  waitFor,
} from '../src/index.js';

const fakes: Record<string, () => () => void> = {
  'jest (modern)': () => {
    jest.useFakeTimers({ now: 0 });
    return () => jest.useRealTimers();
  },
  'a program of its own': () => {
    const { setTimeout, setInterval, setImmediate, queueMicrotask } = globalThis;
    const { nextTick } = process;
    const { now } = performance;
    const nothing = (() => {}) as never;
    Object.assign(globalThis, {
      setTimeout: nothing,
      setInterval: nothing,
      setImmediate: nothing,
      queueMicrotask: nothing,
    });
    process.nextTick = nothing;
    performance.now = () => 0;
    return () => {
      Object.assign(globalThis, { setTimeout, setInterval, setImmediate, queueMicrotask });
      process.nextTick = nextTick;
      performance.now = now;
    };
  },
};

let restore = (): void => {};
afterEach(() => restore());

describe.each(Object.entries(fakes))('under the fake timers of %s', (_name, install) => {
  test.each([
    ['SelectorEventLoop', SelectorEventLoop],
    ['ProactorEventLoop', ProactorEventLoop],
  ])('a %s works in real time', async (_loopName, Loop) => {
    restore = install();
    const seconds = await run(
      async () => {
        const loop = getRunningLoop();
        const began = loop.time();
        await sleep(0);
        await sleep(0.02);
        expect(loop.time() - began).toBeGreaterThanOrEqual(0.02);
        await expect(async () => await waitFor(sleep(1000), 0.001)).rejects.toThrow(TimeoutError);
        await expect(async () => await timeout(0.001).run(() => sleep(1000))).rejects.toThrow(TimeoutError);
        expect(await createTask(() => sleep(0.001, { result: 'slept' }))).toBe('slept');
        expect(await toThread(() => 'threaded')).toBe('threaded');

        const server = await startServer(
          async (reader, writer) => {
            writer.write(await reader.readline());
            await writer.drain();
            writer.close();
          },
          { host: '127.0.0.1', port: 0 },
        );
        const { host, port } = server.sockets[0]!.getsockname() as InetAddress;
        const [reader, writer] = await openConnection({ host, port });
        writer.write(Buffer.from('line\n'));
        expect(String(await reader.readline())).toBe('line\n');
        writer.close();
        await writer.waitClosed();
        server.close();
        await server.waitClosed();
        return loop.time() - began;
      },
      { loopFactory: () => new Loop() },
    );
    restore();
    restore = () => {};
    expect(seconds).toBeGreaterThan(0);
  });
});

test('under the mock timers of node:test a loop works in real time', async () => {
  const { status, stdout } = await runTypeScript('packages/bight/test/programs/mock-timers.ts');
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'slept\n' });
});
