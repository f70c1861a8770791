import { CancelledError, RuntimeError } from '@bight/loop-abstract';
import { CancelScope, checkpoint, currentTask, TaskGroup } from '@bight/loop-core';
import { type CaseDefinition, suite } from '../../case.js';
import { deepEqual, equal, fails, throws } from '../../check.js';

/** What groups can do that are more than asyncio's, on a loop that makes the tasks of `@bight/loop-core`. */
export const groupCases: CaseDefinition[] = suite(
  'TaskLoop',
  'a TaskGroup',
  (define) => {
    define('starts a child, which says when it has started', async ({ task, trace }) => {
      await task(async () => {
        await TaskGroup.run(async (group) => {
          const port = await group.start<number>(async (started) => {
            await checkpoint();
            started(80);
            throws(() => started(81), RuntimeError);
            await checkpoint();
            trace.push('child');
          });
          trace.push(port);
        });
      });
      deepEqual(trace, [80, 'child']);
    });

    define('starts a generator', async ({ task, trace }) => {
      await task(function* () {
        yield* TaskGroup.run(function* (group) {
          trace.push(
            yield* group.start<string>(function* (started) {
              yield* checkpoint();
              started('generator');
            }),
          );
        });
      });
      deepEqual(trace, ['generator']);
    });

    define('gives the error of a child that has not started to the caller of start()', async ({ task }) => {
      const result = await task(async () => {
        return await TaskGroup.run(async (group) => {
          const failing = async () => {
            await checkpoint();
            throw new RangeError('before it has started');
          };
          await fails(async () => await group.start(failing), RangeError, 'before it has started');
          await fails(async () => await group.start(async () => {}), RuntimeError, 'started()');
          await checkpoint();
          return 'unharmed';
        });
      });
      equal(result, 'unharmed');
    });

    define(
      'cancels a child that has not started with the caller of start()',
      async ({ loop, task, trace }) => {
        await task(async () => {
          await TaskGroup.run(async (group) => {
            const scope = new CancelScope();
            await scope.run(() =>
              group.start(async () => {
                scope.cancel();
                try {
                  await loop.createFuture();
                } finally {
                  trace.push('child');
                }
              }),
            );
            trace.push(scope.cancelledCaught, group.scope.cancelCalled);
            await checkpoint();
          });
        });
        deepEqual(trace, ['child', true, false]);
      },
    );

    define('is cancelled with its children, for good, and its task is not', async ({ loop, task, trace }) => {
      await task(async () => {
        const value = await TaskGroup.run(async (group) => {
          group.createTask(async () => {
            for (let wait = 0; wait < 2; wait++) {
              await fails(async () => await loop.createFuture(), CancelledError);
              trace.push('cancelled');
            }
          });
          await checkpoint();
          group.cancel();
          await checkpoint();
          return 'not reached';
        });
        equal(value, undefined);
        equal(currentTask({ loop })?.cancelling(), 0);
        await checkpoint();
      });
      deepEqual(trace, ['cancelled', 'cancelled']);
    });
  },
  { needs: ['coreTasks'] },
);
