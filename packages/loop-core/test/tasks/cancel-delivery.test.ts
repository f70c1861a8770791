import { CancelledError, TimeoutError } from '@bight/loop-abstract';
import {
  CancelScope,
  createTask,
  currentTask,
  gather,
  sleep,
  type Task,
  TaskGroup,
  timeout,
} from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { outcome } from '../../../../test/support/outcome.js';
import { gate } from '../support/foreign.js';
import { inLoop, settle } from '../support/loops.js';

/** An API that rejects with an error of its own when its signal is aborted. */
function wrapping(signal: AbortSignal): Promise<unknown> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(new Error('wrapped', { cause: signal.reason }))),
  );
}

describe('a helper that nothing awaits', () => {
  test.each<[string, (signal: AbortSignal) => Promise<unknown>]>([
    ['Promise.any()', () => Promise.any([sleep(3600), sleep(3600)])],
    ['what wraps the reason of a signal', wrapping],
  ])('and that ends with the error of %s ends no process', (_name, wait) =>
    inLoop(async () => {
      const task = createTask(async () => {
        void (async () => {
          await wait((currentTask() as Task).signal);
        })();
        await sleep(3600);
      });
      await sleep(0);
      await sleep(0);
      task.cancel();
      expect(await outcome(task)).toBeInstanceOf(CancelledError);
      await settle();
    }),
  );

  test('in a task that is cancelled ends no process', () =>
    inLoop(async () => {
      const task = createTask(async () => {
        void (async () => {
          await sleep(3600);
        })();
        await sleep(3600);
      });
      await sleep(0);
      await sleep(0);
      task.cancel();
      expect(await outcome(task)).toBeInstanceOf(CancelledError);
      await settle();
    }));

  test('with a time limit of its own does not cancel the task', () =>
    inLoop(async () => {
      const ended = gate<unknown>();
      const task = createTask(async () => {
        void (async () => ended.open(await outcome(timeout(0.001).run(() => sleep(3600)))))();
        await ended.promise;
        await sleep(0);
        return [currentTask()?.cancelling(), await ended.promise];
      });
      const [cancelling, error] = await task;
      expect(cancelling).toBe(0);
      expect(error).toBeInstanceOf(TimeoutError);
    }));
});

describe('a block in a callback of the host', () => {
  test('does not cancel the task that registered the callback, nor other blocks', () =>
    inLoop(async () => {
      const results: unknown[] = [];
      const all = gate();
      for (let n = 0; n < 3; n++) {
        setTimeout(async () => {
          results.push(await outcome(timeout(0.002).run(() => sleep(3600))));
          if (results.length === 3) all.open();
        }, 1);
      }
      await Promise.race([all.promise, sleep(3600)]);
      expect(results.map((error) => (error as Error).name)).toEqual(Array(3).fill('TimeoutError'));
      expect(currentTask()?.cancelling()).toBe(0);
      await sleep(0);
    }));

  test('that is a group ends alone', () =>
    inLoop(async () => {
      const done = gate<unknown>();
      setTimeout(async () => {
        done.open(
          await outcome(
            TaskGroup.run(async (group) => {
              group.createTask(async () => {
                throw new Error('child');
              });
              await sleep(3600);
            }),
          ),
        );
      }, 1);
      const own = sleep(0.02, { result: 'own' });
      expect((await done.promise) as Error).toBeInstanceOf(AggregateError);
      expect(await own).toBe('own');
    }));
});

describe('branches under Promise.all()', () => {
  test('with a time limit of one leave the others alone', () =>
    inLoop(async () => {
      const results = await Promise.all([
        outcome(timeout(0.001).run(() => sleep(3600))),
        outcome(sleep(0.02, { result: 'other' })),
        outcome(timeout(0.001).run(() => sleep(3600))),
        outcome(
          TaskGroup.run(async (group) => {
            group.createTask(async () => {
              await sleep(0.001);
              throw new Error('child');
            });
            await sleep(3600);
          }),
        ),
      ]);
      expect(results.map((one) => (one instanceof Error ? one.name : one))).toEqual([
        'TimeoutError',
        'other',
        'TimeoutError',
        'AggregateError',
      ]);
      expect(currentTask()?.cancelling()).toBe(0);
    }));

  test('of generators, too', () =>
    inLoop(function* () {
      const limited = function* () {
        try {
          yield* timeout(0.001).run(function* () {
            yield* sleep(3600);
          });
        } catch (error) {
          return (error as Error).name;
        }
        return 'none';
      };
      const results = yield* gather([limited, limited, () => sleep(0.01, { result: 'other' })]);
      expect(results).toEqual(['TimeoutError', 'TimeoutError', 'other']);
    } as never));
});

describe('a cancel of the task that is still pending when a scope is cancelled', () => {
  const waits = {
    async: (foreign: Promise<unknown>, scope: CancelScope) =>
      scope.run(async () => {
        await foreign;
        await new CancelScope({ shield: true }).run(async () => await sleep(0));
        return 'came through';
      }),
    generator: (foreign: Promise<unknown>, scope: CancelScope) =>
      scope.run(async () => {
        await foreign;
        await new CancelScope({ shield: true }).run(function* () {
          yield* sleep(0);
        });
        return 'came through';
      }),
  };

  test.each(Object.entries(waits))('reaches through a shield that keeps that out (%s)', (_form, wait) =>
    inLoop(async () => {
      const foreign = gate();
      const scope = new CancelScope();
      const task = createTask(() => wait(foreign.promise, scope));
      await settle();
      task.cancel();
      scope.cancel();
      await settle();
      foreign.open();
      expect(await outcome(task)).toBeInstanceOf(CancelledError);
      expect([task.cancelled(), scope.cancelledCaught]).toEqual([true, false]);
    }),
  );

  test('reaches the shield of a child of a group, too', () =>
    inLoop(async () => {
      const foreign = gate();
      let child: Task<unknown> | null = null;
      let group: TaskGroup | null = null;
      const task = createTask(() =>
        TaskGroup.run(async (made) => {
          group = made;
          child = made.createTask(async () => {
            await foreign.promise;
            await new CancelScope({ shield: true }).run(async () => await sleep(0));
          });
          await sleep(3600);
        }),
      );
      await settle();
      task.cancel();
      await settle();
      group!.cancel();
      await settle();
      foreign.open();
      expect(await outcome(task)).toBeInstanceOf(CancelledError);
      expect(child!.cancelled()).toBe(true);
    }));
});

test('a scope is kept out by a shield also after the cancel of the task was taken back', () =>
  inLoop(async () => {
    const foreign = gate();
    const scope = new CancelScope();
    const task = createTask(() =>
      scope.run(async () => {
        await foreign.promise;
        await new CancelScope({ shield: true }).run(async () => await sleep(0));
        return 'came through';
      }),
    );
    await settle();
    task.cancel();
    scope.cancel();
    task.uncancel();
    await settle();
    foreign.open();
    expect(await task).toBe('came through');
  }));
