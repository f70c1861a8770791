import { CancelledError, RuntimeError, TimeoutError } from '@bight/loop-abstract';
import {
  CancelScope,
  cancelShieldedCheckpoint,
  checkpoint,
  createTask,
  currentEffectiveDeadline,
  currentTask,
  failAfter,
  failAt,
  moveOnAfter,
  moveOnAt,
  sleep,
} from '@bight/loop-core';
import { type CaseDefinition, suite } from '../../case.js';
import { deepEqual, equal, fails, ok, throws } from '../../check.js';

/** Cancel scopes, on a loop that makes the tasks of `@bight/loop-core`. */
export const scopeCases: CaseDefinition[] = suite(
  'TaskLoop',
  'a CancelScope',
  (define) => {
    define('ends its body when it is cancelled, and leaves the task alone', async ({ loop, task }) => {
      await task(async () => {
        const scope = new CancelScope();
        loop.callSoon(() => scope.cancel('enough'));
        equal(await scope.run(async () => await loop.createFuture()), undefined);
        deepEqual([scope.cancelCalled, scope.cancelledCaught, scope.cancelReason], [true, true, 'enough']);
        equal(currentTask({ loop })?.cancelling(), 0);
        await sleep(0);
      });
    });

    define('throws at every wait, of an async function', async ({ loop, task }) => {
      await task(async () => {
        await new CancelScope().run(async (scope) => {
          scope.cancel('enough');
          for (let wait = 0; wait < 3; wait++) {
            const error = await fails(async () => await loop.createFuture(), CancelledError);
            equal(error.cause, 'enough');
          }
        });
      });
    });

    define('throws at every wait, of a generator', async ({ loop, task, trace }) => {
      await task(function* () {
        yield* new CancelScope().run(function* (scope) {
          scope.cancel();
          for (let wait = 0; wait < 3; wait++) {
            try {
              yield* loop.createFuture();
            } catch (error) {
              trace.push(error instanceof CancelledError);
            }
          }
        });
      });
      deepEqual(trace, [true, true, true]);
    });

    define('does not swallow the cancel of its task', async ({ loop, run, turns }) => {
      await run(async () => {
        for (const isScopeFirst of [true, false]) {
          const scope = new CancelScope();
          const inside = createTask(async () => await scope.run(async () => await loop.createFuture()));
          await turns(2);
          if (isScopeFirst) scope.cancel();
          inside.cancel();
          scope.cancel();
          await fails(() => inside, CancelledError);
          equal(scope.cancelledCaught, false);
        }
      });
    });

    define('around another one catches, where both are cancelled', async ({ loop, task }) => {
      await task(async () => {
        const [outer, inner] = [new CancelScope(), new CancelScope()];
        await outer.run(() =>
          inner.run(async () => {
            inner.cancel();
            outer.cancel();
            await loop.createFuture();
          }),
        );
        deepEqual([outer.cancelledCaught, inner.cancelledCaught], [true, false]);
      });
    });

    define('with a shield lets a clean-up wait', async ({ task, trace }) => {
      await task(async () => {
        await new CancelScope().run(async (scope) => {
          scope.cancel();
          await new CancelScope({ shield: true }).run(async () => {
            await sleep(0.001);
            trace.push('clean');
          });
          await checkpoint();
          trace.push('not reached');
        });
      });
      deepEqual(trace, ['clean']);
    });

    define('has a deadline, which may be an error', async ({ loop, task }) => {
      await task(async () => {
        const forever = async () => await loop.createFuture();
        const moved = moveOnAfter(0.001);
        equal(await moved.run(forever), undefined);
        equal(moved.cancelledCaught, true);
        equal(await moveOnAt(loop.time() - 1).run(forever), undefined);
        const error = await fails(async () => await failAfter(0.001).run(forever), TimeoutError);
        ok(error.cause instanceof CancelledError);
        equal(await failAfter(60).run(async () => await sleep(0, { result: 'in time' })), 'in time');
        await fails(async () => await failAt(loop.time() - 1).run(forever), TimeoutError);
      });
    });

    define('says how long its code has', async ({ loop, task }) => {
      await task(async () => {
        equal(currentEffectiveDeadline(), Number.POSITIVE_INFINITY);
        const when = loop.time() + 60;
        await moveOnAt(when).run(async (scope) => {
          equal(currentEffectiveDeadline(), when);
          scope.cancel();
          equal(currentEffectiveDeadline(), Number.NEGATIVE_INFINITY);
        });
      });
    });

    define('has a signal, which is aborted once', async ({ task, trace }) => {
      await task(async () => {
        const outer = new CancelScope();
        await outer.run(() =>
          new CancelScope().run(async (inner) => {
            inner.signal.addEventListener('abort', () =>
              trace.push(inner.signal.reason instanceof CancelledError),
            );
            outer.cancel();
            inner.cancel();
          }),
        );
      });
      deepEqual(trace, [true]);
    });

    define('lets a shielded checkpoint through, and no other', async ({ task, trace }) => {
      await task(async () => {
        await new CancelScope().run(async (scope) => {
          scope.cancel();
          await cancelShieldedCheckpoint();
          trace.push('shielded');
          await checkpoint();
          trace.push('not reached');
        });
      });
      deepEqual(trace, ['shielded']);
    });

    define('is used once', async ({ task }) => {
      await task(async () => {
        const scope = new CancelScope();
        await scope.run(async () => {});
        throws(() => scope.run(async () => {}), RuntimeError);
      });
    });
  },
  { needs: ['coreTasks'] },
);
