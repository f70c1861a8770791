import '@bight/loop-net/native';
import { setTimeout as delay } from 'node:timers/promises';
import { CoreEventLoop, sleep } from '@bight/loop-core';
import { type Socket, socketpair } from '@bight/sockets';
import { MODE_STREAM } from '@bight/sockets/low-level';
import { afterEach, describe, expect, test } from '@jest/globals';
import { SelectorEventLoop } from '../../src/index.js';
import { SelectorHost } from '../../src/low-level.js';
import { engineFor, withEventEngine } from '../../src/selector/engine-for.js';

const EVENT_READ = 1;
const bytes = (text: string) => Buffer.from(text);

let open: Socket[] = [];
afterEach(() => {
  for (const socket of open) socket.close();
  open = [];
});

function pair(): [Socket, Socket] {
  const made = socketpair();
  open.push(...made);
  return made;
}

class LoopOfNode extends withEventEngine(CoreEventLoop) {}

describe.each([
  ['a loop on a selector host', () => new SelectorEventLoop()],
  ['a loop on a selector host made by hand', () => new CoreEventLoop({ host: new SelectorHost() })],
  ["a loop on Node's host", () => new LoopOfNode()],
])('%s', (_name, makeLoop) => {
  test('is notified of its descriptors within one iteration, whatever else is ready', async () => {
    const loop = makeLoop();
    const engine = engineFor(loop);
    expect(engineFor(loop)).toBe(engine);
    const order: string[] = [];
    await loop.runUntilComplete(async () => {
      const done = loop.createFuture<void>();
      for (const name of ['one', 'two']) {
        const [a, b] = pair();
        engine.watch(a.fileno(), MODE_STREAM, EVENT_READ, {
          received: (data) => {
            order.push(`${name} ${data}`);
            loop.callSoon(() => order.push(`after ${name}`));
            if (name === 'two') loop.callSoon(() => done.setResult(undefined));
          },
        });
        b.sendall(bytes('data'));
      }
      await done;
    });
    expect(order).toEqual(['one data', 'two data', 'after one', 'after two']);
    loop.close();
  });

  test('keeps what comes while it does not run', async () => {
    const loop = makeLoop();
    const [a, b] = pair();
    const received: string[] = [];
    engineFor(loop).watch(a.fileno(), MODE_STREAM, EVENT_READ, {
      received: (data) => {
        received.push(String(data));
        if (received.join('').length === 6) loop.stop();
      },
    });
    b.sendall(bytes('one'));
    await delay(5);
    b.sendall(bytes('two'));
    await delay(5);
    expect(received).toEqual([]);
    await loop.runForever();
    expect(received.join('')).toBe('onetwo');
    loop.close();
  });

  test('delivers nothing after it was closed', async () => {
    const loop = makeLoop();
    const [a, b] = pair();
    const received: string[] = [];
    engineFor(loop).watch(a.fileno(), MODE_STREAM, EVENT_READ, {
      received: (data) => received.push(String(data)),
    });
    await loop.runUntilComplete(async () => {});
    loop.close();
    b.sendall(bytes('late'));
    await delay(5);
    expect(received).toEqual([]);
    expect(a.fileno()).toBeGreaterThanOrEqual(0);
  });

  test('reports what a handler throws, and goes on', async () => {
    const loop = makeLoop();
    const reports: unknown[] = [];
    loop.setExceptionHandler((_, { exception }) => reports.push(exception));
    const [a, b] = pair();
    engineFor(loop).watch(a.fileno(), MODE_STREAM, EVENT_READ, {
      received: () => {
        loop.callSoon(() => loop.stop());
        throw new Error('handler');
      },
    });
    b.sendall(bytes('x'));
    await loop.runForever();
    loop.close();
    expect(reports).toEqual([new Error('handler')]);
  });
});

describe('the timers of a selector loop', () => {
  test('run in order, also where they differ by less than a millisecond', async () => {
    const loop = new SelectorEventLoop();
    const order: number[] = [];
    await loop.runUntilComplete(async () => {
      const start = loop.time() + 0.002;
      for (const offset of [400, 100, 300, 200]) {
        loop.callAt(start + offset / 1e6, () => order.push(offset));
      }
      await sleep(0.004);
    });
    loop.close();
    expect(order).toEqual([100, 200, 300, 400]);
  });

  test('are never early, and use none of the timers of Node', async () => {
    const loop = new SelectorEventLoop();
    const early: number[] = [];
    const timeouts = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const others = timeouts();
    await loop.runUntilComplete(async () => {
      for (let i = 0; i < 20; i++) {
        const due = loop.time() + i * 0.00013;
        loop.callAt(due, () => loop.time() < due && early.push(i));
      }
      await sleep(0.001);
      expect(timeouts()).toBe(others);
      await sleep(0.003);
    });
    loop.close();
    expect(early).toEqual([]);
  });

  test('that were cancelled do not keep a loop from being run again', async () => {
    const loop = new SelectorEventLoop();
    for (let run = 0; run < 3; run++) {
      await loop.runUntilComplete(async () => {
        loop.callLater(3600, () => {}).cancel();
        await sleep(0.0002);
      });
    }
    loop.close();
  });
});
