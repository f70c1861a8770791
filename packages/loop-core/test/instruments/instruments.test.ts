import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ContextVar } from '@bight/contextvars';
import {
  CoreEventLoop,
  createEagerTaskFactory,
  createTask,
  gather,
  type Instrument,
  sleep,
  Task,
  wrapFuture,
} from '@bight/loop-core';
import { trackHandle, untrackHandle } from '@bight/loop-core/low-level';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { outcome } from '../../../../test/support/outcome.js';
import { collectReports, inLoop, runOnce } from '../support/loops.js';

afterEach(() => {
  jest.restoreAllMocks();
});

const TASK_HOOKS = ['taskSpawned', 'taskScheduled', 'beforeTaskStep', 'afterTaskStep', 'taskDone'] as const;

/** Notes what happens to tasks, as `hook name`. */
function taskRecorder(): { log: string[]; instrument: Instrument } {
  const log: string[] = [];
  const instrument: Instrument = {};
  for (const hook of TASK_HOOKS) instrument[hook] = (task) => void log.push(`${hook} ${task.getName?.()}`);
  return { log, instrument };
}

describe('an instrument', () => {
  test.each([
    [
      'an async function',
      async (log: string[]) => {
        log.push('begins');
        await sleep(0);
        await null;
        log.push('ends');
      },
    ],
    [
      'a generator',
      function* (log: string[]) {
        log.push('begins');
        yield* sleep(0);
        log.push('ends');
      },
    ],
  ])('sees a task of %s spawned, scheduled, stepped and done', (_kind, body) =>
    inLoop(async (loop) => {
      const { log, instrument } = taskRecorder();
      loop.addInstrument(instrument);
      const task = createTask(() => body(log) as Promise<void>, { name: 'a' });
      await outcome(task);
      loop.removeInstrument(instrument);
      expect(log.filter((line) => / a$|begins|ends/.test(line))).toEqual([
        'taskSpawned a',
        'taskScheduled a',
        'beforeTaskStep a',
        'begins',
        'taskScheduled a',
        'afterTaskStep a',
        'beforeTaskStep a',
        'ends',
        'taskDone a',
        'afterTaskStep a',
      ]);
    }),
  );

  test('sees the wake-up of a cancel, and none where a task has its turn already', () =>
    inLoop(async (loop) => {
      const { log, instrument } = taskRecorder();
      const task = createTask(() => sleep(1000), { name: 'a' });
      await sleep(0);
      loop.addInstrument(instrument);
      task.cancel();
      task.cancel();
      expect(log).toEqual(['taskScheduled a']);
      await outcome(task);
      expect(log.filter((line) => line.endsWith(' a'))).toEqual([
        'taskScheduled a',
        'beforeTaskStep a',
        'taskDone a',
        'afterTaskStep a',
      ]);
      loop.removeInstrument(instrument);
    }));

  test('sees no step behind a foreign promise, but one behind wrapFuture()', () =>
    inLoop(async (loop) => {
      const { log, instrument } = taskRecorder();
      loop.addInstrument(instrument);
      const foreign = createTask(async () => void (await new Promise((resolve) => setTimeout(resolve, 1))), {
        name: 'foreign',
      });
      const wrapped = createTask(
        async () => void (await wrapFuture(new Promise((resolve) => setTimeout(resolve, 1)))),
        { name: 'wrapped' },
      );
      await gather([foreign, wrapped]);
      loop.removeInstrument(instrument);
      expect(log.filter((line) => line === 'beforeTaskStep foreign')).toHaveLength(1);
      expect(log.filter((line) => line === 'beforeTaskStep wrapped')).toHaveLength(2);
      expect(log.filter((line) => line === 'afterTaskStep wrapped')).toHaveLength(2);
    }));

  test('sees an eager task within the step of its maker', () =>
    inLoop(async (loop) => {
      const { log, instrument } = taskRecorder();
      loop.addInstrument(instrument);
      loop.setTaskFactory(createEagerTaskFactory(Task as never));
      await createTask(
        async () => {
          await createTask(async () => {}, { name: 'inner' });
        },
        { name: 'outer' },
      );
      loop.removeInstrument(instrument);
      const named = log.filter((line) => /outer|inner/.test(line));
      expect(named).toEqual(
        expect.arrayContaining([
          'taskSpawned inner',
          'beforeTaskStep inner',
          'taskDone inner',
          'afterTaskStep inner',
        ]),
      );
      expect(named).not.toContain('taskScheduled inner');
      expect(named.indexOf('beforeTaskStep outer')).toBeLessThan(named.indexOf('beforeTaskStep inner'));
      expect(named.indexOf('afterTaskStep inner')).toBeLessThan(named.lastIndexOf('afterTaskStep outer'));
    }));

  test('sees callbacks with their handles, but not those that were cancelled', async () => {
    const loop = new CoreEventLoop();
    const log: unknown[] = [];
    loop.addInstrument({
      beforeCallback: (handle) => log.push(['before', handle]),
      afterCallback: (handle) => log.push(['after', handle]),
    });
    const first = loop.callSoon(() => log.push('first'));
    loop.callSoon(() => log.push('never')).cancel();
    const failing = loop.callSoon(() => {
      throw new Error('x');
    });
    collectReports(loop);
    await runOnce(loop);
    loop.close();
    expect(log.slice(0, 5)).toEqual([
      ['before', first],
      'first',
      ['after', first],
      ['before', failing],
      ['after', failing],
    ]);
  });

  test('sees slow callbacks and steps outside of debug mode, without a warning', async () => {
    const loop = new CoreEventLoop();
    const warn = jest.spyOn(console, 'warn');
    loop.slowCallbackDuration = 0;
    const slow: unknown[] = [];
    loop.addInstrument({ callbackSlow: (handle, seconds) => slow.push([handle, typeof seconds]) });
    const handle = loop.callSoon(() => {});
    const task = loop.createTask(async () => {});
    await loop.runUntilComplete(task);
    loop.close();
    expect(slow).toEqual(
      expect.arrayContaining([
        [handle, 'number'],
        [task, 'number'],
      ]),
    );
    expect(warn).not.toHaveBeenCalled();
  });

  test('sees the loop poll, and for how long', async () => {
    const loop = new CoreEventLoop();
    const polls: unknown[] = [];
    const instrument: Instrument = {
      beforePoll: (timeout) => polls.push(timeout),
      afterPoll: () => polls.push('after'),
    };
    loop.addInstrument(instrument);
    const event = () => wrapFuture(new Promise((resolve) => setTimeout(resolve, 1)));
    await loop.runUntilComplete(event);
    const timer = loop.callLater(1000, () => {});
    await loop.runUntilComplete(event);
    timer.cancel();
    loop.close();
    expect(polls).toEqual([null, 'after', expect.any(Number), 'after']);
    expect(polls[2]).toBeGreaterThan(900);
    expect(polls[2]).toBeLessThanOrEqual(1000);
  });

  test('sees what add-ons open and close: the same object', () =>
    inLoop(async (loop) => {
      const seen: unknown[] = [];
      const instrument: Instrument = {
        handleOpened: (resource) => seen.push(resource),
        handleClosed: (resource) => seen.push(resource),
      };
      loop.addInstrument(instrument);
      const handle = {};
      trackHandle(loop, 'transport', handle);
      untrackHandle(loop, handle);
      untrackHandle(loop, handle);
      loop.removeInstrument(instrument);
      expect(seen).toHaveLength(2);
      expect(seen[0]).toMatchObject({ kind: 'transport', handle });
      expect(seen[1]).toBe(seen[0]);
    }));

  test('is called as an object, in a copy of the context', () =>
    inLoop(async (loop) => {
      const variable = new ContextVar('variable', { default: 'outside' });
      class Counter implements Instrument {
        spawned = 0;
        taskSpawned() {
          this.spawned++;
          variable.set('hook');
        }
        taskScheduled() {
          variable.set('hook');
        }
      }
      const counter = new Counter();
      loop.addInstrument(counter);
      loop.addInstrument(counter);
      const task = createTask(async () => variable.get());
      expect(variable.get()).toBe('outside');
      expect(await task).toBe('outside');
      expect(counter.spawned).toBe(1);
      expect(loop.removeInstrument(counter)).toBe(true);
      expect(loop.removeInstrument(counter)).toBe(false);
    }));

  test('that throws is reported once and removed; the others go on', () =>
    inLoop(async (loop) => {
      const reports = collectReports(loop);
      const seen: string[] = [];
      const broken: Instrument = {
        taskSpawned() {
          throw new Error('broken');
        },
      };
      loop.addInstrument(broken);
      loop.addInstrument({ taskSpawned: (task) => void seen.push(String(task.getName?.())) });
      await createTask(async () => {}, { name: 'a' });
      await createTask(async () => {}, { name: 'b' });
      expect(seen).toEqual(['a', 'b']);
      expect(reports.map(({ message }) => message)).toEqual([
        'Exception in taskSpawned() of an instrument, which was removed',
      ]);
      expect(loop.removeInstrument(broken)).toBe(false);
    }));

  test('that is added in the middle of a step does not see its end', () =>
    inLoop(async (loop) => {
      const { log, instrument } = taskRecorder();
      loop.addInstrument({ afterTaskStep: () => {} });
      await sleep(0);
      loop.addInstrument(instrument);
      await sleep(0);
      loop.removeInstrument(instrument);
      expect(log).toEqual([expect.stringMatching(/^taskScheduled/), expect.stringMatching(/^before/)]);
    }));

  test.each([
    ['null', null],
    ['undefined', undefined],
    ['a number', 5],
    ['an unknown hook', { taskSpwaned() {} }],
    ['a hook that is no function', { taskDone: 5 }],
    ['a hook that is null', { taskDone: null }],
    [
      'an object of a class without hooks',
      new (class {
        taskSpwaned() {}
      })(),
    ],
  ])('is refused: %s', (_what, instrument) => {
    const loop = new CoreEventLoop();
    expect(() => loop.addInstrument(instrument as never)).toThrow(TypeError);
    loop.close();
  });

  test('is refused by a closed loop', () => {
    const loop = new CoreEventLoop();
    loop.close();
    expect(() => loop.addInstrument({})).toThrow('Event loop is closed');
    expect(loop.removeInstrument({})).toBe(false);
  });
});

describe('the channels', () => {
  function listen(name: string): { messages: Record<string, unknown>[]; stop(): void } {
    const messages: Record<string, unknown>[] = [];
    const listener = (message: unknown) => void messages.push(message as Record<string, unknown>);
    subscribe(name, listener);
    return { messages, stop: () => void unsubscribe(name, listener) };
  }

  test('carry tasks and handles', () =>
    inLoop(async (loop) => {
      const names = ['bight:task:spawn', 'bight:task:done', 'bight:handle:open', 'bight:handle:close'];
      const channels = names.map(listen);
      const task = createTask(async () => {});
      await task;
      const handle = {};
      trackHandle(loop, 'pipe', handle);
      untrackHandle(loop, handle);
      for (const { stop } of channels) stop();
      const [spawned, done, opened, closed] = channels.map(({ messages }) => messages);
      expect(spawned).toEqual([{ loop, task }]);
      expect(done).toEqual([{ loop, task }]);
      expect(opened).toEqual([{ loop, handle: expect.objectContaining({ kind: 'pipe', handle }) }]);
      expect(closed?.[0]?.handle).toBe(opened?.[0]?.handle);
    }));

  test('carry slow callbacks while there are subscribers, and no longer', async () => {
    const loop = new CoreEventLoop();
    loop.slowCallbackDuration = 0;
    const { messages, stop } = listen('bight:callback:slow');
    const handle = loop.callSoon(() => {});
    await runOnce(loop);
    stop();
    const { length } = messages;
    loop.callSoon(() => {});
    await runOnce(loop);
    loop.close();
    expect(messages[0]).toEqual({ loop, handle, seconds: expect.any(Number) });
    expect(messages).toHaveLength(length);
    expect(channel('bight:callback:slow').hasSubscribers).toBe(false);
  });

  test('carry the lag of an iteration in which a timer was late, once', async () => {
    const loop = new CoreEventLoop();
    const { messages, stop } = listen('bight:loop:lag');
    const due = loop.time() - 0.05;
    loop.callAt(due, () => {});
    loop.callAt(due + 0.01, () => {});
    await loop.runUntilComplete(async () => {});
    stop();
    loop.close();
    expect(messages).toEqual([{ loop, seconds: expect.any(Number) }]);
    expect(messages[0]?.seconds).toBeGreaterThan(0.049);
  });
});
