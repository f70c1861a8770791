import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { CancelledError, TimeoutError } from '@bight/loop-abstract';
import {
  CancelScope,
  type CoreEventLoop,
  createTask,
  currentTask,
  gather,
  sleep,
  type Task,
  TaskGroup,
  type Timeout,
  timeout,
  wrapFuture,
} from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { outcome } from '../../../../test/support/outcome.js';
import { foreignTurn, gate } from '../support/foreign.js';
import { inLoop, settle } from '../support/loops.js';

/** An API that rejects with an error of its own when its signal is aborted. */
function wrapping(signal: AbortSignal): Promise<unknown> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(new Error('wrapped', { cause: signal.reason }))),
  );
}

/** Ways to leave a wait behind that belongs to the task and that its code no longer looks at. */
const abandonments: Record<string, () => Promise<unknown>> = {
  'Promise.race()': () => Promise.race([sleep(3600), foreignTurn()]),
  'Promise.any()': () => Promise.any([sleep(3600), foreignTurn()]),
  'Promise.allSettled() that nothing awaits': async () => {
    void Promise.allSettled([sleep(3600)]);
  },
  'catch() that nothing awaits': async () => {
    void sleep(3600).catch(() => {});
  },
  'then() that nothing awaits': async () => {
    void sleep(3600).then(
      () => {},
      () => {},
    );
  },
  'a helper that nothing awaits': async () => {
    void (async () => {
      await sleep(3600);
    })();
  },
};

describe.each(Object.entries(abandonments))('a wait that was left behind by %s', (_name, abandon) => {
  test('does not take the cancel of a task at a foreign promise', () =>
    inLoop(async () => {
      const foreign = gate();
      const steps: string[] = [];
      const task = createTask(async () => {
        await abandon();
        steps.push('foreign');
        await foreign.promise;
        steps.push('next wait');
        await sleep(3600);
      });
      while (steps.length === 0) await foreignTurn();
      expect(task.cancel()).toBe(true);
      await settle();
      foreign.open();
      expect(await outcome(task)).toBeInstanceOf(CancelledError);
      expect([task.cancelled(), steps]).toEqual([true, ['foreign', 'next wait']]);
    }));

  test('does not take the cancel of a task that ends after the promise', () =>
    inLoop(async () => {
      const foreign = gate();
      let isReached = false;
      const task = createTask(async () => {
        await abandon();
        isReached = true;
        await foreign.promise;
        return 'value';
      });
      while (!isReached) await foreignTurn();
      task.cancel();
      await settle();
      foreign.open();
      expect(await outcome(task)).toBeInstanceOf(CancelledError);
    }));

  test('does not take the cancel of a time limit', () =>
    inLoop(async (loop) => {
      const foreign = gate();
      let isReached = false;
      const limited = createTask(() =>
        timeout(3600).run(async (limit) => {
          await abandon();
          isReached = true;
          limit.reschedule(loop.time());
          await foreign.promise;
          await sleep(3600);
        }),
      );
      while (!isReached) await foreignTurn();
      await settle();
      foreign.open();
      expect(await outcome(limited)).toBeInstanceOf(TimeoutError);
    }));

  test('does not take the cancel of a group', () =>
    inLoop(async () => {
      const foreign = gate();
      const ending = gate();
      const group = createTask(() =>
        TaskGroup.run(async (members) => {
          members.createTask(async () => {
            await abandon();
            ending.open();
            await foreign.promise;
            await sleep(3600);
          });
          members.createTask(async () => {
            await ending.promise;
            throw new Error('a sibling');
          });
        }),
      );
      await ending.promise;
      await settle();
      foreign.open();
      expect(((await outcome(group)) as AggregateError).errors).toHaveLength(1);
    }));
});

test('what a task has hung on another one with catch() does not cancel that one', () =>
  inLoop(async () => {
    for (const hang of [
      (other: Task<unknown>) => void other.catch(() => {}),
      (other: Task<unknown>) => void other.then(() => {}),
      (other: Task<unknown>) => void other.then(undefined, () => {}),
      (other: Task<unknown>) =>
        void other.then(
          () => {},
          () => {},
        ),
      (other: Task<unknown>) => void other.finally(() => {}).catch(() => {}),
      (other: Task<unknown>) =>
        void other
          .then(() => 1)
          .then(() => 2)
          .catch(() => {}),
    ]) {
      const background = createTask(async () => {
        await sleep(0.005);
        return 'lives';
      });
      const writer = createTask(async () => {
        hang(background);
        await sleep(3600);
      });
      await sleep(0);
      await sleep(0);
      writer.cancel();
      expect(await outcome(writer)).toBeInstanceOf(CancelledError);
      expect(await outcome(background)).toBe('lives');
    }
  }));

test('what catch() gives is waited for like anything else, when it is awaited', () =>
  inLoop(async () => {
    for (const chained of [
      (future: PromiseLike<unknown>) => (future as Task<unknown>).catch((error) => Promise.reject(error)),
      (future: PromiseLike<unknown>) => (future as Task<unknown>).then(() => 'later'),
      (future: PromiseLike<unknown>) => (future as Task<unknown>).finally(() => {}),
      (future: PromiseLike<unknown>) => (future as Task<unknown>).then(() => 1).finally(() => {}),
    ]) {
      const task = createTask(async () => {
        await chained(sleep(3600));
      });
      await sleep(0);
      await sleep(0);
      task.cancel();
      expect(await outcome(task)).toBeInstanceOf(CancelledError);
    }
  }));

describe('the signal of a task that is cancelled', () => {
  const holders: Record<string, (signal: AbortSignal) => unknown> = {
    'a Request': (signal) => new Request('http://127.0.0.1/', { signal }),
    'a listener that only notes it': (signal) => signal.addEventListener('abort', () => {}),
    onabort: (signal) => {
      signal.onabort = () => {};
    },
    'a call that lost a race': (signal) =>
      Promise.race([delay(3_600_000, undefined, { signal, ref: false }), Promise.resolve()]),
  };

  test.each(Object.entries(holders))('does not take the cancel for %s', (_name, hold) =>
    inLoop(async () => {
      const foreign = gate();
      let isReached = false;
      const task = createTask(async () => {
        await hold((currentTask() as Task).signal);
        isReached = true;
        await foreign.promise;
        await sleep(3600);
      });
      while (!isReached) await foreignTurn();
      task.cancel();
      await settle();
      foreign.open();
      expect(await outcome(task)).toBeInstanceOf(CancelledError);
    }),
  );

  test.each([
    ['itself', (signal: AbortSignal) => signal],
    ['through AbortSignal.any()', (signal: AbortSignal) => AbortSignal.any([signal])],
  ])('brings it once: %s', (_name, derived) =>
    inLoop(async () => {
      const steps: string[] = [];
      const task = createTask(async () => {
        const signal = derived((currentTask() as Task).signal);
        try {
          await delay(3_600_000, undefined, { signal });
        } catch (error) {
          steps.push((error as Error).name);
        }
        await sleep(0);
        await sleep(0.001);
        steps.push('went on');
      });
      await sleep(0);
      await sleep(0);
      task.cancel();
      expect(await outcome(task)).toBeUndefined();
      expect(steps).toEqual(['AbortError', 'went on']);
    }),
  );
});

test.each<[string, (loop: CoreEventLoop) => PromiseLike<unknown>]>([
  ['a time limit', (loop) => timeout(3600).run(async (limit) => await expired(limit, loop))],
  ['a group that fails', () => failingGroup()],
])('the signal of a task is not aborted by the cancel of a block of its own: %s', (_name, block) =>
  inLoop(async (loop) => {
    const seen: boolean[] = [];
    const task = createTask(async () => {
      // Code outside of the block, as a callback of the host is that the task has registered.
      const outside = setInterval(() => seen.push((currentTask() as Task).signal.aborted));
      await outcome(block(loop));
      clearInterval(outside);
    });
    await task;
    expect(seen).toContain(false);
    expect(seen).not.toContain(true);
  }),
);

async function expired(limit: Timeout, loop: CoreEventLoop): Promise<void> {
  limit.reschedule(loop.time());
  // Beyond the reach of the cancel, so that it lasts.
  await new Promise((resolve) => setTimeout(resolve, 20));
}

function failingGroup(): PromiseLike<void> {
  return TaskGroup.run(async (group) => {
    group.createTask(async () => {
      throw new Error('child');
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
  });
}

test('a wait that has begun, and that the engine has still to register, takes the cancel also where a signal is aborted', () =>
  inLoop(async (loop) => {
    const [first, second] = [loop.createFuture<void>(), loop.createFuture<void>()];
    const begun = gate();
    const steps: string[] = [];
    const task: Task<void> = createTask(async () => {
      task.signal.addEventListener('abort', () => steps.push('noted'));
      begun.open();
      // The engine calls then() in a microtask, which comes after the one that cancels.
      await first;
      steps.push('first');
      await second;
      steps.push('second');
    });
    void begun.promise.then(() => task.cancel());
    await settle();
    for (const future of [first, second]) if (!future.done()) future.setResult();
    await outcome(task);
    expect([steps, task.cancelled(), first.cancelled()]).toEqual([['noted'], true, true]);
  }));

test('code that a foreign promise is about to resume has still to meet a cancel that aborts a signal', () =>
  inLoop(async (loop) => {
    const [foreign, future] = [gate(), loop.createFuture<void>()];
    const steps: string[] = [];
    const task: Task<void> = createTask(async () => {
      task.signal.addEventListener('abort', () => steps.push('noted'));
      await foreign.promise;
      steps.push('resumed');
      await future;
      steps.push('lost');
    });
    await settle();
    foreign.open();
    task.cancel();
    await settle();
    if (!future.done()) future.setResult();
    await outcome(task);
    expect([steps, task.cancelled(), future.cancelled()]).toEqual([['noted', 'resumed'], true, true]);
  }));

test('the signal of a block in a child is not aborted by a cancel of the parent that does not reach the child', () =>
  inLoop(async () => {
    const signals: AbortSignal[] = [];
    const seen: unknown[] = [];
    const parent = createTask(() =>
      TaskGroup.run(async (group) => {
        group.createTask(() =>
          timeout(3600).run(() => {
            signals.push((currentTask() as Task).signal);
            return sleep(3600);
          }),
        );
        const limit = timeout(3600);
        for (const cancel of [() => parent.cancel(), () => limit.reschedule(0)]) {
          await sleep(0);
          await sleep(0);
          cancel();
          seen.push(await outcome(limit.expired() ? sleep(0) : sleep(3600)));
          seen.push(signals[0]?.aborted);
        }
        throw new Error('the body');
      }),
    );
    await outcome(parent);
    expect(seen.map((one) => (one instanceof Error ? one.name : one)).slice(0, 2)).toEqual([
      'CancelledError',
      false,
    ]);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  }));

test('a task keeps nothing of the blocks whose signals were read', () =>
  inLoop(async () => {
    const task = currentTask() as Task;
    for (let n = 0; n < 3; n++) {
      await timeout(3600).run(async () => void task.signal.aborted);
      await new CancelScope().run((scope) => void scope.signal.aborted);
    }
    expect(task[Symbol.for('@bight/loop-core/signalled') as never]).toHaveProperty('size', 0);
  }));

describe('an AbortError that our cancel has caused', () => {
  const apis: Record<string, (signal: AbortSignal) => Promise<unknown>> = {
    'events.once': (signal) => once(new EventEmitter(), 'never', { signal }),
    'timers/promises': (signal) => delay(3_600_000, undefined, { signal }),
    'an API that wraps the reason': wrapping,
  };

  test.each(Object.entries(apis))('of %s ends the task as cancelled', (_name, call) =>
    inLoop(async () => {
      const task = createTask(() => call((currentTask() as Task).signal));
      await sleep(0);
      await sleep(0);
      task.cancel('why');
      const error = await outcome(task);
      expect(error).toBeInstanceOf(CancelledError);
      expect(task.cancelled()).toBe(true);
    }),
  );

  test.each(Object.entries(apis))('of %s ends a time limit with a TimeoutError', (_name, call) =>
    inLoop(async () => {
      const error = await outcome(timeout(0.001).run(() => call((currentTask() as Task).signal)));
      expect(error).toBeInstanceOf(TimeoutError);
      expect(currentTask()?.cancelling()).toBe(0);
      await sleep(0);
    }),
  );
});

test('an error that the code itself has made of the CancelledError is that error', () =>
  inLoop(async () => {
    const task = createTask(async () => {
      try {
        await sleep(3600);
      } catch (error) {
        throw new Error('mine', { cause: error });
      }
    });
    await sleep(0);
    await sleep(0);
    task.cancel();
    expect(((await outcome(task)) as Error).message).toBe('mine');
  }));

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

describe('a cancel of the task that is still on its way when a scope is cancelled', () => {
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

describe('no CancelledError comes after', () => {
  test('a time limit whose body stood at a foreign promise', () =>
    inLoop(async () => {
      const foreign = gate<string>();
      setTimeout(() => foreign.open('value'), 10);
      expect(await timeout(0.001).run(() => foreign.promise)).toBe('value');
      expect(currentTask()?.cancelling()).toBe(0);
      await sleep(0);
      await sleep(0.001);
    }));

  test('nested time limits over a foreign promise', () =>
    inLoop(async () => {
      const foreign = gate<string>();
      setTimeout(() => foreign.open('value'), 10);
      await timeout(0.002).run(() => timeout(0.001).run(() => foreign.promise));
      await sleep(0);
      expect(currentTask()?.cancelling()).toBe(0);
    }));

  test('a block of await using over a foreign promise', () =>
    inLoop(async () => {
      {
        await using _ = timeout(0.001);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await sleep(0);
      expect(currentTask()?.cancelling()).toBe(0);
    }));

  test('a group whose body stood at a foreign promise', () =>
    inLoop(async () => {
      const error = await outcome(
        TaskGroup.run(async (group) => {
          group.createTask(async () => {
            throw new Error('child');
          });
          await new Promise((resolve) => setTimeout(resolve, 5));
        }),
      );
      expect(error).toBeInstanceOf(AggregateError);
      await sleep(0);
      expect(currentTask()?.cancelling()).toBe(0);
    }));

  test('uncancel() to zero', () =>
    inLoop(async () => {
      const task = currentTask() as Task;
      task.cancel();
      expect(task.uncancel()).toBe(0);
      await sleep(0);
    }));
});

describe('a group', () => {
  test('that fails while it is being left is over with nothing left of the cancel', () =>
    inLoop(async () => {
      const task = currentTask() as Task;
      const { signal } = task;
      const error = await outcome(
        TaskGroup.run(async (group) => {
          group.createTask(async () => {
            await sleep(0.001);
            throw new Error('late');
          });
        }),
      );
      expect(error).toBeInstanceOf(AggregateError);
      expect([task.cancelling(), task.signal.aborted, signal === task.signal]).toEqual([0, false, true]);
      await sleep(0);
    }));

  test('that is cancelled does not swallow a cancel from outside during the clean-up', () =>
    inLoop(async () => {
      const cleaning = gate();
      const task = createTask(async () => {
        await TaskGroup.run(async (group) => {
          group.createTask(async () => {
            try {
              await sleep(3600);
            } finally {
              cleaning.open();
              await wrapFuture(new Promise((resolve) => setTimeout(resolve, 10)));
            }
          });
          await sleep(0);
          await sleep(0);
          group.cancel();
          await sleep(3600);
        });
        return 'swallowed';
      });
      await cleaning.promise;
      task.cancel();
      expect(await outcome(task)).toBeInstanceOf(CancelledError);
    }));

  test('nested: the outer one fails while the inner one is left, as in CPython 3.13', () =>
    inLoop(async () => {
      const error = await outcome(
        TaskGroup.run(async (outer) => {
          outer.createTask(async () => {
            throw new Error('outer');
          });
          await TaskGroup.run(async (inner) => {
            inner.createTask(async () => {
              try {
                await sleep(3600);
              } catch {
                throw new Error('inner');
              }
            });
            await sleep(3600);
          });
        }),
      );
      const names = (one: unknown): unknown =>
        one instanceof AggregateError ? one.errors.map(names) : (one as Error).message;
      expect(names(error)).toEqual(['outer', ['inner']]);
      expect(currentTask()?.cancelling()).toBe(0);
      await sleep(0);
    }));
});
