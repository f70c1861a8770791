import { CancelledError, RuntimeError, TimeoutError } from '@bight/loop-abstract';
import {
  createTask,
  currentTask,
  fromSignal,
  Runner,
  run,
  sleep,
  TaskGroup,
  Timeout,
  timeout,
  timeoutAt,
} from '@bight/loop-core';
import { type CaseDefinition, suite } from '../../case.js';
import { deepEqual, equal, fails, ok } from '../../check.js';

/** Whole programs on the loop. */
export const programCases: CaseDefinition[] = suite(
  'TaskLoop',
  'a program',
  (define) => {
    define('is run by run(), which cancels what is left and closes the loop', async ({ loop, trace }) => {
      const result = await run(
        async () => {
          createTask(async () => {
            try {
              await sleep(60);
            } catch (error) {
              trace.push(error instanceof CancelledError);
              throw error;
            }
          });
          await sleep(0);
          return 'result';
        },
        { loopFactory: () => loop },
      );
      equal(result, 'result');
      deepEqual(trace, [true]);
      equal(loop.isClosed(), true);
    });

    define('that fails ends run() with its error', async ({ loop }) => {
      const failing = async () => {
        await sleep(0);
        throw new RangeError('main failed');
      };
      await fails(() => run(failing, { loopFactory: () => loop }), RangeError, 'main failed');
      equal(loop.isClosed(), true);
    });

    define('is run in parts by a Runner, which closes async generators', async ({ loop, trace }) => {
      async function* numbers() {
        try {
          yield 1;
        } finally {
          trace.push('closed');
        }
      }
      const runner = new Runner({ loopFactory: () => loop });
      equal(runner.getLoop(), loop);
      equal(await runner.run(async () => (await loop.trackAsyncgen(numbers()).next()).value), 1);
      equal(
        await runner.run(function* () {
          return yield* sleep(0, { result: 2 });
        }),
        2,
      );
      deepEqual(trace, []);
      await runner.close();
      deepEqual(trace, ['closed']);
    });
  },
  { states: ['fresh'] },
);

/** What knows only the tasks of `@bight/loop-core`. */
export const coreTaskCases: CaseDefinition[] = suite(
  'TaskLoop',
  'its tasks',
  (define) => {
    define('are known to currentTask() and named by it', async ({ loop, task }) => {
      await task(async () => {
        equal(await createTask(async () => currentTask({ loop })?.getName(), { name: 'inner' }), 'inner');
      });
    });

    define('have time limits', async ({ loop, task }) => {
      await task(async () => {
        equal(await timeout(60).run(async () => await sleep(0, { result: 'in time' })), 'in time');
        const over = timeoutAt(loop.time() + 0.001);
        await fails(() => over.run(async () => await loop.createFuture()), TimeoutError);
        ok(over instanceof Timeout);
        equal(over.expired(), true);
      });
    });

    define('form groups', async ({ loop, task, trace }) => {
      await task(async () => {
        const result = await TaskGroup.run(async (group) => {
          group.createTask(async () => trace.push(await sleep(0, { result: 'child' })));
          return 'body';
        });
        trace.push(result);
        const failure = await fails(
          () =>
            TaskGroup.run(async (group) => {
              group.createTask(async () => {
                throw new RangeError('child failed');
              });
              await loop.createFuture();
            }),
          AggregateError,
        );
        ok((failure as AggregateError).errors[0] instanceof RangeError);
      });
      deepEqual(trace, ['child', 'body']);
    });

    define('can be cancelled by an AbortSignal', async ({ loop, run: inside, turns }) => {
      await inside(async () => {
        const controller = new AbortController();
        const bound = createTask(async () => {
          using _ = fromSignal(controller.signal);
          await loop.createFuture();
        });
        await turns(2);
        controller.abort();
        await fails(() => bound, CancelledError);
      });
    });
  },
  { needs: ['coreTasks'] },
);

/** The same of a loop that makes tasks of its own. */
export const ownTaskCases: CaseDefinition[] = suite(
  'TaskLoop',
  'its own tasks',
  (define) => {
    define('are refused by name where only those of @bight/loop-core will do', async ({ loop, task }) => {
      await task(async () => {
        equal(currentTask({ loop }), null);
        await fails(async () => await timeout(60).run(async () => {}), RuntimeError, 'task');
        await fails(async () => await TaskGroup.run(async () => {}), RuntimeError, 'task');
      });
    });
  },
  { lacks: ['coreTasks'] },
);
