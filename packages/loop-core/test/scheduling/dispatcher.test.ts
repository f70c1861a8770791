import { ContextVar, copyContext } from '@bight/contextvars';
import { RuntimeError, ValueError } from '@bight/loop-abstract';
import { CoreEventLoop, getRunningLoop } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { kDispatcher } from '../../src/internals.js';
import { collectReports, ManualHost, runOnce, settle } from '../support/loops.js';

describe('callSoon', () => {
  test('calls every callback exactly once, with its arguments', async () => {
    const loop = new CoreEventLoop();
    const calls: unknown[][] = [];
    loop.callSoon((...args: unknown[]) => calls.push(args), [1, 'two', null]);
    loop.callSoon((...args: unknown[]) => calls.push(args));
    await runOnce(loop);
    await runOnce(loop);
    loop.close();
    expect(calls).toEqual([[1, 'two', null], []]);
  });

  test('does not call a callback that was cancelled, also by another callback of the same iteration', async () => {
    const loop = new CoreEventLoop();
    const calls: string[] = [];
    const early = loop.callSoon(() => calls.push('early'));
    loop.callSoon(() => {
      calls.push('canceller');
      late.cancel();
    });
    const late = loop.callSoon(() => calls.push('late'));
    early.cancel();
    expect(early.cancelled()).toBe(true);
    await runOnce(loop);
    loop.close();
    expect(calls).toEqual(['canceller']);
  });

  test('runs in a copy of the current context, so that what it sets stays inside', async () => {
    const loop = new CoreEventLoop();
    const variable = new ContextVar<string>('variable', { default: 'default' });
    const seen: string[] = [];
    const outer = copyContext();
    outer.run(() => {
      variable.set('at scheduling');
      loop.callSoon(() => {
        seen.push(variable.get());
        variable.set('inside');
        seen.push(variable.get());
      });
      variable.set('later');
    });
    await runOnce(loop);
    loop.close();
    expect(seen).toEqual(['at scheduling', 'inside']);
    expect(outer.get(variable)).toBe('later');
  });

  test('runs in the very context that the caller names', async () => {
    const loop = new CoreEventLoop();
    const variable = new ContextVar<number>('variable', { default: 0 });
    const context = copyContext();
    const handle = loop.callSoon(() => variable.set(1), undefined, { context });
    loop.callSoon(() => variable.set(variable.get() + 1), undefined, { context });
    await runOnce(loop);
    loop.close();
    expect(handle.getContext()).toBe(context);
    expect(context.get(variable)).toBe(2);
  });

  test('what an async callback does before the next turn comes before the next callback', async () => {
    const loop = new CoreEventLoop();
    const order: string[] = [];
    loop.callSoon(async () => {
      order.push('a1');
      await null;
      await (async () => {
        await null;
        order.push('a2');
      })();
      order.push('a3');
    });
    loop.callSoon(() => order.push('b'));
    await runOnce(loop);
    loop.close();
    expect(order).toEqual(['a1', 'a2', 'a3', 'b']);
  });

  test.each([
    ['callback', (loop: CoreEventLoop) => loop.callSoon(7 as never)],
    ['callback', (loop: CoreEventLoop) => loop.callLater(1, null as never)],
    ['args', (loop: CoreEventLoop) => loop.callSoon(() => {}, 'no array' as never)],
    ['delay', (loop: CoreEventLoop) => loop.callLater('1' as never, () => {})],
    ['when', (loop: CoreEventLoop) => loop.callAt({} as never, () => {})],
    ['callback', (loop: CoreEventLoop) => loop.callSoonThreadsafe(undefined as never)],
  ])('a bad %s is a TypeError that names it', (name, call) => {
    const loop = new CoreEventLoop();
    expect(() => call(loop)).toThrow(TypeError);
    expect(() => call(loop)).toThrow(name);
    loop.close();
  });
});

describe('timers', () => {
  test('run when they are due, never before, those of equal time in the order of scheduling', async () => {
    const host = new ManualHost();
    const loop = new CoreEventLoop({ host });
    const order: string[] = [];
    loop.callLater(2, () => order.push('2'));
    loop.callLater(1, () => order.push('1a'));
    loop.callLater(1, () => order.push('1b'));
    const running = loop.runForever();
    await settle();
    expect(order).toEqual([]);
    expect(host.alarmAt).toBe(1);
    host.advance(1);
    await settle();
    expect(order).toEqual(['1a', '1b']);
    host.advance(0.5);
    await settle();
    expect(order).toHaveLength(2);
    host.advance(0.5);
    await settle();
    loop.stop();
    await running;
    loop.close();
    expect(order).toEqual(['1a', '1b', '2']);
  });

  test('a time that is over runs in the next iteration', async () => {
    const loop = new CoreEventLoop({ host: new ManualHost() });
    const order: string[] = [];
    loop.callAt(-5, () => order.push('past'));
    loop.callLater(-1, () => order.push('negative delay'));
    loop.callSoon(() => order.push('soon'));
    await runOnce(loop);
    loop.close();
    expect(order).toEqual(['soon', 'past', 'negative delay']);
  });

  test('know their time, and can be cancelled', async () => {
    const host = new ManualHost();
    const loop = new CoreEventLoop({ host });
    let calls = 0;
    const timer = loop.callAt(5, () => calls++);
    expect(timer.when()).toBe(5);
    timer.cancel();
    timer.cancel();
    expect(timer.cancelled()).toBe(true);
    host.advance(10);
    await runOnce(loop);
    loop.close();
    expect(calls).toBe(0);
  });

  test('wait longer than the 24.8 days that the platform can count', async () => {
    const loop = new CoreEventLoop();
    const days = 86_400;
    let calls = 0;
    const timer = loop.callLater(60 * days, () => calls++);
    expect(timer.when() - loop.time()).toBeGreaterThan(59 * days);
    const running = loop.runForever();
    // What is too long for a timer of the platform comes after a millisecond.
    await new Promise((resolve) => setTimeout(resolve, 5));
    loop.stop();
    await running;
    timer.cancel();
    loop.close();
    expect(calls).toBe(0);
  });

  test('NaN is a ValueError', () => {
    const loop = new CoreEventLoop();
    expect(() => loop.callLater(Number.NaN, () => {})).toThrow(ValueError);
    expect(() => loop.callAt(Number.NaN, () => {})).toThrow(ValueError);
    loop.close();
  });

  test('a million set and cancelled keep no memory', () => {
    const loop = new CoreEventLoop();
    const kept = loop.callLater(1000, () => {});
    for (let i = 0; i < 1_000_000; i++) loop.callLater(100 + i, () => {}).cancel();
    expect(loop[kDispatcher].timers.size).toBe(1);
    expect(loop[kDispatcher].timers.clear().length).toBeLessThan(200);
    kept.cancel();
    loop.close();
  });
});

describe('stop', () => {
  test('before a run lets one iteration happen', async () => {
    const loop = new CoreEventLoop();
    const order: string[] = [];
    loop.callSoon(() => {
      order.push('first');
      loop.callSoon(() => order.push('second'));
    });
    loop.stop();
    await loop.runForever();
    expect(order).toEqual(['first']);
    await runOnce(loop);
    loop.close();
    expect(order).toEqual(['first', 'second']);
  });

  test('during a run ends it after the iteration; what was scheduled meanwhile waits for the next run', async () => {
    const loop = new CoreEventLoop();
    const order: string[] = [];
    loop.callSoon(() => {
      loop.stop();
      loop.callSoon(() => order.push('next run'));
    });
    loop.callSoon(() => order.push('same iteration'));
    await loop.runForever();
    expect(order).toEqual(['same iteration']);
    await runOnce(loop);
    loop.close();
    expect(order).toEqual(['same iteration', 'next run']);
  });

  test('from outside wakes a loop that sleeps', async () => {
    const loop = new CoreEventLoop();
    const running = loop.runForever();
    await settle();
    expect(loop.isRunning()).toBe(true);
    loop.stop();
    await running;
    expect(loop.isRunning()).toBe(false);
    loop.close();
  });
});

describe('a closed loop', () => {
  const methods: [string, (loop: CoreEventLoop) => unknown][] = [
    ['callSoon', (loop) => loop.callSoon(() => {})],
    ['callSoonThreadsafe', (loop) => loop.callSoonThreadsafe(() => {})],
    ['callLater', (loop) => loop.callLater(1, () => {})],
    ['callAt', (loop) => loop.callAt(1, () => {})],
    ['createTask', (loop) => loop.createTask(async () => {})],
    ['runForever', (loop) => loop.runForever()],
    ['runUntilComplete', (loop) => loop.runUntilComplete(async () => {})],
    ['runInExecutor', (loop) => loop.runInExecutor(null, () => 1)],
    ['shutdownAsyncgens', (loop) => loop.shutdownAsyncgens()],
    ['shutdownDefaultExecutor', (loop) => loop.shutdownDefaultExecutor()],
  ];

  test.each(methods)('refuses %s with a RuntimeError', async (_name, call) => {
    const loop = new CoreEventLoop();
    loop.close();
    await expect((async () => call(loop))()).rejects.toThrow(new RuntimeError('Event loop is closed'));
  });

  test('still makes futures, knows the time, can be stopped and closed again', () => {
    const loop = new CoreEventLoop();
    loop.close();
    loop.close();
    loop.stop();
    expect(loop.createFuture().done()).toBe(false);
    expect(loop.time()).toBeGreaterThan(0);
    expect(loop.isClosed()).toBe(true);
    expect(loop.getDebug()).toBe(false);
  });

  test('cannot be closed while it runs', async () => {
    const loop = new CoreEventLoop();
    const running = loop.runForever();
    expect(() => loop.close()).toThrow(RuntimeError);
    loop.stop();
    await running;
    loop.close();
  });

  test('drops what was scheduled', async () => {
    const loop = new CoreEventLoop();
    const calls: string[] = [];
    loop.callSoon(() => calls.push('callback'));
    loop.callLater(0, () => calls.push('timer'));
    loop.close();
    await settle();
    expect(calls).toEqual([]);
  });
});

describe('several loops in one thread', () => {
  test('do not disturb each other', async () => {
    const order: string[] = [];
    const loops = ['a', 'b', 'c'].map((name) => ({ name, loop: new CoreEventLoop() }));
    await Promise.all(
      loops.map(({ name, loop }) =>
        loop.runUntilComplete(async () => {
          for (let i = 0; i < 3; i++) {
            await loop.createTask(async () => {
              expect(getRunningLoop()).toBe(loop);
              order.push(`${name}${i}`);
            });
          }
        }),
      ),
    );
    for (const { loop } of loops) loop.close();
    expect(order.filter((entry) => entry.startsWith('a'))).toEqual(['a0', 'a1', 'a2']);
    expect(order).toHaveLength(9);
  });

  test('cannot run inside of each other', async () => {
    const outer = new CoreEventLoop();
    const inner = new CoreEventLoop();
    await outer.runUntilComplete(async () => {
      await expect(inner.runForever()).rejects.toThrow('while another loop is running');
      await expect(outer.runForever()).rejects.toThrow('already running');
    });
    outer.close();
    inner.close();
  });
});

describe('the platform', () => {
  test('gets its turns while a loop is busy', async () => {
    const loop = new CoreEventLoop();
    let iterations = 0;
    let platformTurns = 0;
    const spin = () => {
      iterations++;
      if (platformTurns < 5) loop.callSoon(spin);
      else loop.stop();
    };
    loop.callSoon(spin);
    const turn = () => {
      platformTurns++;
      if (platformTurns < 5) setTimeout(turn, 0);
    };
    setTimeout(turn, 0);
    await loop.runForever();
    loop.close();
    expect(iterations).toBeGreaterThan(5);
  });

  test('may run host events at once when the loop sleeps, in order otherwise', async () => {
    const loop = new CoreEventLoop();
    const order: string[] = [];
    const running = loop.runForever();
    await settle();
    loop.runHostEvent(() => order.push('at once'), undefined, undefined);
    expect(order).toEqual(['at once']);
    loop.callSoon(() => order.push('soon'));
    loop.runHostEvent((name: string) => order.push(name), undefined, 'queued');
    expect(order).toEqual(['at once']);
    await settle();
    expect(order).toEqual(['at once', 'soon', 'queued']);
    loop.stop();
    await running;
    loop.close();
    loop.runHostEvent(() => order.push('after close'), undefined, undefined);
    expect(order).not.toContain('after close');
  });

  test('runs the events of a batch in one iteration, each before what it schedules', async () => {
    const loop = new CoreEventLoop();
    const order: string[] = [];
    const running = loop.runForever();
    await settle();
    const events = ['one', 'two', 'three'];
    const next = (): boolean => {
      const name = events.shift() as string;
      order.push(name);
      loop.callSoon(() => order.push(`after ${name}`));
      return events.length > 0;
    };
    loop.runHostBatch(next, undefined);
    expect(order).toEqual(['one', 'two', 'three', 'after one', 'after two', 'after three']);
    loop.stop();
    await running;
    loop.close();
    loop.runHostBatch(() => order.push('after close') > 0, undefined);
    expect(order).toHaveLength(6);
  });

  test('lets the microtasks run that an event of a batch caused before the next one', async () => {
    const loop = new CoreEventLoop();
    const order: string[] = [];
    const running = loop.runForever();
    await settle();
    const events = ['one', 'two'];
    const next = (): boolean => {
      const name = events.shift() as string;
      order.push(name);
      // Starts an async function within the event, as an eager task may.
      loop.createTask(
        async () => {
          await null;
          order.push(`task of ${name}`);
        },
        { eagerStart: true },
      );
      return events.length > 0;
    };
    loop.runHostBatch(next, undefined);
    loop.callSoon(() => order.push('next iteration'));
    await settle();
    expect(order).toEqual(['one', 'task of one', 'two', 'task of two', 'next iteration']);
    loop.stop();
    await running;
    loop.close();
  });

  test('reports errors in host events to the exception handler', async () => {
    const loop = new CoreEventLoop();
    const reports = collectReports(loop);
    loop.runHostEvent(
      () => {
        throw new Error('driver');
      },
      undefined,
      undefined,
    );
    await runOnce(loop);
    loop.close();
    expect(reports).toMatchObject([{ exception: new Error('driver') }]);
  });
});
