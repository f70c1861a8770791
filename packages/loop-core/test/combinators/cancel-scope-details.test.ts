import { AsyncLocalStorage } from 'node:async_hooks';
import { CancelledError, RuntimeError, TimeoutError, ValueError } from '@bight/loop-abstract';
import {
  CancelScope,
  createTask,
  currentEffectiveDeadline,
  currentTask,
  failAfter,
  failAt,
  gather,
  moveOnAfter,
  moveOnAt,
  sleep,
  TaskGroup,
  taskify,
} from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { outcome } from '../../../../test/support/outcome.js';
import { gate } from '../support/foreign.js';
import { inLoop } from '../support/loops.js';

const forever = () => sleep(3600);

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await sleep(0);
}

describe('a plain function in a scope', () => {
  test('is in the scope, and in the task around it', () =>
    inLoop(async () => {
      const task = currentTask();
      const end = performance.now();
      await new CancelScope({ deadline: end }).run((scope) => {
        expect(currentTask()).toBe(task);
        expect(currentEffectiveDeadline()).toBe(end);
        scope.shield = true;
        new CancelScope().run(() => expect(currentEffectiveDeadline()).toBe(end));
      });
    }));

  test.each([
    ['before', (scope: CancelScope, wait: () => Promise<unknown>) => [wait(), scope.cancel()][0]],
    ['after', (scope: CancelScope, wait: () => Promise<unknown>) => [scope.cancel(), wait()][1]],
  ])('cancels the wait that it began %s the cancel and returned', (_name, body) =>
    inLoop(async () => {
      const ends: unknown[] = [];
      const scope = new CancelScope();
      await scope.run(() => body(scope, async () => ends.push(await outcome(forever()))));
      expect(ends).toEqual([expect.any(CancelledError)]);
    }),
  );

  test('callbacks that it leaves behind have no current task, and the code after it has the right one', () =>
    inLoop(async () => {
      const task = currentTask();
      const storage = new AsyncLocalStorage<number>();
      const found: unknown[] = [];
      for (const before of [() => {}, () => storage.enterWith(1), () => currentTask()]) {
        await new Promise<void>((resolve) => {
          const made = new CancelScope().run(() => {
            before();
            setImmediate(() => {
              found.push(currentTask());
              resolve();
            });
            return 'value';
          });
          expect(made.result()).toBe('value');
          expect(currentTask()).toBe(task);
        });
      }
      expect(found).toEqual([null, null, null]);
    }));

  test('fails as it does anywhere', () =>
    inLoop(async () => {
      const fails = () => {
        throw new RangeError('mine');
      };
      expect(await outcome(new CancelScope().run(fails))).toEqual(new RangeError('mine'));
      const cancelled = new CancelScope();
      const value = await cancelled.run(() => {
        cancelled.cancel();
        throw new CancelledError();
      });
      expect([value, cancelled.cancelledCaught]).toEqual([undefined, true]);
    }));
});

describe('what a scope encloses', () => {
  test.each<[string, (body: () => Promise<unknown>) => PromiseLike<unknown>]>([
    ['createTask()', (body) => createTask(body)],
    ['gather()', (body) => gather([body])],
    ['taskify()', (body) => taskify(body)()],
  ])('are not the tasks that %s makes in it', (_name, make) =>
    inLoop(async () => {
      const steps: unknown[] = [];
      let made: PromiseLike<unknown> | undefined;
      await new CancelScope().run(async (scope) => {
        scope.cancel();
        made = make(async () => {
          await sleep(0);
          steps.push('came through', currentEffectiveDeadline());
        });
      });
      await made;
      expect(steps).toEqual(['came through', Number.POSITIVE_INFINITY]);
    }),
  );

  test("is a group's child by where the group is, and not by where it was made", () =>
    inLoop(async () => {
      const ends: unknown[] = [];
      await TaskGroup.run(async (group) => {
        await new CancelScope().run(async (scope) => {
          group.createTask(async () => ends.push(await outcome(turns(4))));
          await sleep(0);
          scope.cancel();
        });
      });
      expect(ends).toEqual([undefined]);
    }));

  test('is the future that is awaited there, which is cancelled once', () =>
    inLoop(async (loop) => {
      const shared = loop.createFuture<void>();
      const ends: unknown[] = [];
      const child = createTask(async () => {
        ends.push(await outcome(forever()));
        await sleep(0);
        ends.push('goes on');
      });
      await turns(2);
      await new CancelScope().run(async (scope) => {
        loop.callSoon(() => scope.cancel());
        await outcome(child);
      });
      await new CancelScope().run(async (scope) => {
        loop.callSoon(() => scope.cancel());
        await shared;
      });
      await child;
      expect(ends).toEqual([expect.any(CancelledError), 'goes on']);
      expect(shared.cancelled()).toBe(true);
    }));

  test('is no future that is done: the await gives its result', () =>
    inLoop(async (loop) => {
      const done = loop.createFuture<string>();
      done.setResult('result');
      await new CancelScope().run(async (scope) => {
        scope.cancel();
        expect(await done).toBe('result');
      });
    }));
});

test('a scope is not entered again by await using', () =>
  inLoop(async () => {
    const scope = new CancelScope();
    await scope.run(() => {});
    const again = async () => {
      await using _ = scope;
    };
    await expect(again()).rejects.toThrow(RuntimeError);
  }));

describe('the functions that make scopes', () => {
  test('give the scope to the body, and take a shield', () =>
    inLoop(async (loop) => {
      const when = loop.time() + 3600;
      const options = { shield: true };
      const scopes = [
        moveOnAfter(3600, options),
        moveOnAt(when, options),
        failAfter(3600, options),
        failAt(when, options),
      ];
      for (const scope of scopes) {
        expect(scope).toBeInstanceOf(CancelScope);
        expect([scope.shield, scope.deadline >= when]).toEqual([true, true]);
        expect(await scope.run((given) => given)).toBe(scope);
      }
    }));

  test('have no limit for null, and refuse what is no number', () =>
    inLoop(async () => {
      for (const make of [moveOnAfter, moveOnAt, failAfter, failAt]) {
        expect(make(null).deadline).toBe(Number.POSITIVE_INFINITY);
        expect(() => make(Number.NaN)).toThrow(ValueError);
        expect(() => make('1' as never)).toThrow(TypeError);
        expect(() => make(1, { shild: true } as never)).toThrow('unknown option "shild"');
      }
      expect(() => new CancelScope({ shield: 1 as never })).toThrow(TypeError);
    }));

  test('begin to count when they are called', () =>
    inLoop(async (loop) => {
      const scope = moveOnAfter(0.002);
      while (loop.time() < scope.deadline);
      let isReached = false;
      await scope.run(async () => {
        await sleep(0);
        isReached = true;
      });
      expect([isReached, scope.cancelledCaught]).toEqual([false, true]);
    }));

  test('fail at a point in time; and not after an explicit cancel, though the deadline passes before the end', () =>
    inLoop(async (loop) => {
      expect(await outcome(failAt(loop.time() - 1).run(forever))).toBeInstanceOf(TimeoutError);
      const scope = failAfter(3600);
      const value = await scope.run(async () => {
        scope.cancel();
        scope.deadline = loop.time() - 1;
        await sleep(0);
      });
      expect([value, scope.cancelledCaught]).toEqual([undefined, true]);
    }));
});

describe('the reason of a cancel', () => {
  test.each<[unknown]>([[null], [0], [new Error('why')], [{ any: 'value' }]])(
    'is the first one: %p',
    (reason) =>
      inLoop(async () => {
        const scope = new CancelScope();
        await scope.run(async () => {
          scope.cancel(reason);
          scope.cancel('second');
          expect(((await outcome(forever())) as Error).cause).toBe(reason);
        });
        expect(scope.cancelReason).toBe(reason);
      }),
  );

  test('is undefined after a deadline', () =>
    inLoop(async () => {
      const scope = moveOnAfter(-1);
      let error: unknown;
      await scope.run(async () => {
        error = await outcome(forever());
      });
      scope.cancel('too late');
      expect([scope.cancelReason, (error as Error).cause]).toEqual([undefined, undefined]);
    }));
});

describe('the signal of a scope', () => {
  test('has a CancelledError as its reason, and is kept from the cancels around it by a shield', () =>
    inLoop(async () => {
      const seen: unknown[] = [];
      await new CancelScope().run(async (outer) => {
        await new CancelScope({ shield: true }).run(async (inner) => {
          const { signal } = inner;
          outer.cancel();
          seen.push(signal.aborted);
          inner.cancel('why');
          seen.push(signal.aborted, signal.reason instanceof CancelledError);
        });
      });
      expect(seen).toEqual([false, true, true]);
    }));

  test('is not aborted after the scope was left', () =>
    inLoop(async () => {
      const outer = new CancelScope();
      let signal: AbortSignal | undefined;
      await outer.run(async () => {
        const inner = new CancelScope();
        await inner.run(async () => {
          signal = inner.signal;
        });
        inner.cancel();
        outer.cancel();
      });
      expect(signal?.aborted).toBe(false);
    }));
});

test('there is no effective deadline outside of a task', async () => {
  expect(currentEffectiveDeadline()).toBe(Number.POSITIVE_INFINITY);
  await inLoop(async (loop) => {
    const inCallback = gate<number>();
    await new CancelScope().run(async (scope) => {
      scope.cancel();
      loop.callSoon(() => inCallback.open(currentEffectiveDeadline()));
    });
    expect(await inCallback.promise).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a group', () => {
  test('that aborts because of an error cancels once, and its scope is not cancelled', () =>
    inLoop(async () => {
      const steps: unknown[] = [];
      let scope: CancelScope | undefined;
      const failure = await outcome(
        TaskGroup.run(async (group) => {
          scope = group.scope;
          group.createTask(async () => {
            steps.push(await outcome(forever()));
            await sleep(0);
            steps.push('child waits again');
          });
          group.createTask(async () => {
            await turns(2);
            throw new Error('child');
          });
          steps.push(await outcome(forever()));
          expect(() => group.createTask(forever)).toThrow(RuntimeError);
          await sleep(0);
          steps.push('body waits again');
        }),
      );
      expect(failure).toBeInstanceOf(AggregateError);
      expect(steps.filter((step) => step instanceof CancelledError)).toHaveLength(2);
      expect(steps).toEqual(expect.arrayContaining(['child waits again', 'body waits again']));
      expect([scope?.cancelCalled, scope?.cancelledCaught]).toEqual([false, false]);
    }));

  test('that is cancelled after its body has returned gives the value of that', () =>
    inLoop(async (loop) => {
      const value = await TaskGroup.run(async (group) => {
        group.createTask(forever);
        loop.callLater(0.002, () => group.cancel());
        return 'value';
      });
      expect(value).toBe('value');
    }));

  test('has a child that was started under its own scope, and no longer under that of the caller', () =>
    inLoop(async () => {
      const steps: unknown[] = [];
      await TaskGroup.run(async (group) => {
        const scope = new CancelScope();
        await scope.run(async () => {
          await group.start(async (started) => {
            started();
            await turns(3);
            steps.push('goes on');
            steps.push(await outcome(forever()));
          });
          scope.cancel();
          await sleep(0);
        });
        await turns(5);
        group.cancel();
      });
      expect(steps).toEqual(['goes on', expect.any(CancelledError)]);
    }));
});
