import { type AbstractTask, CancelledError } from '@bight/loop-abstract';
import { type CaseDefinition, suite } from '../../case.js';
import { deepEqual, equal, fails, ok } from '../../check.js';

/** Cancelling tasks. */
export const cancellationCases: CaseDefinition[] = suite('TaskLoop', 'task.cancel()', (define) => {
  define('before the start keeps the coroutine from running', async ({ loop, run, trace }) => {
    await run(async () => {
      const task = loop.createTask(async () => trace.push('ran'));
      equal(task.cancel(), true);
      equal(task.done(), false);
      await fails(() => task, CancelledError);
      equal(task.cancelled(), true);
    });
    deepEqual(trace, []);
  });

  define('throws at the await of a future, which is cancelled', async ({ loop, run, turns, trace }) => {
    await run(async () => {
      const future = loop.createFuture();
      const task = loop.createTask(async () => {
        try {
          await future;
        } catch (error) {
          trace.push(error instanceof CancelledError, (error as Error).message);
          throw error;
        }
      });
      await turns(2);
      equal(task.cancel('enough'), true);
      await fails(() => task, CancelledError);
      equal(future.cancelled(), true);
      equal(task.cancelled(), true);
    });
    deepEqual(trace, [true, 'enough']);
  });

  define('throws at yield* in a generator', async ({ loop, run, turns, trace }) => {
    await run(async () => {
      const future = loop.createFuture();
      const task = loop.createTask(function* () {
        try {
          yield* future;
        } finally {
          trace.push('finally');
        }
      });
      await turns(2);
      task.cancel();
      await fails(() => task, CancelledError);
      equal(future.cancelled(), true);
    });
    deepEqual(trace, ['finally']);
  });

  define('throws at a bare yield in a generator', async ({ loop, run, trace }) => {
    await run(async () => {
      const task = loop.createTask(function* () {
        try {
          for (;;) yield null;
        } finally {
          trace.push('finally');
        }
      });
      loop.callSoon(() => loop.callSoon(() => task.cancel()));
      await fails(() => task, CancelledError);
    });
    deepEqual(trace, ['finally']);
  });

  define('reaches the task that is awaited, and what that awaits', async ({ loop, run, turns }) => {
    await run(async () => {
      const future = loop.createFuture();
      const inner = loop.createTask(async () => await future);
      const outer = loop.createTask(async () => await inner);
      await turns(3);
      outer.cancel();
      await fails(() => outer, CancelledError);
      equal(inner.cancelled(), true);
      equal(future.cancelled(), true);
    });
  });

  define('reaches through nested async functions', async ({ loop, run, turns }) => {
    const deep = async (future: PromiseLike<unknown>) => await (async () => await future)();
    await run(async () => {
      const future = loop.createFuture();
      const task = loop.createTask(() => deep(future));
      await turns(2);
      task.cancel();
      await fails(() => task, CancelledError);
      equal(future.cancelled(), true);
    });
  });

  define('cancels everything that is awaited with Promise.all()', async ({ loop, run, turns }) => {
    await run(async () => {
      const futures = [loop.createFuture(), loop.createFuture()];
      const task = loop.createTask(async () => await Promise.all(futures));
      await turns(2);
      task.cancel();
      await fails(() => task, CancelledError);
      deepEqual(
        futures.map((future) => future.cancelled()),
        [true, true],
      );
    });
  });

  define('can be caught, and the task goes on', async ({ loop, run, turns }) => {
    await run(async () => {
      const task = loop.createTask(async () => {
        try {
          await loop.createFuture();
        } catch {
          return 'caught';
        }
        return 'not reached';
      });
      await turns(2);
      task.cancel();
      equal(await task, 'caught');
      equal(task.cancelled(), false);
    });
  });

  define('lets the coroutine wait while it cleans up', async ({ loop, run, turns, trace }) => {
    await run(async () => {
      const task = loop.createTask(async () => {
        try {
          await loop.createFuture();
        } finally {
          const future = loop.createFuture<string>();
          loop.callSoon(() => future.setResult('cleaned up'));
          trace.push(await future);
        }
      });
      await turns(2);
      task.cancel();
      await fails(() => task, CancelledError);
    });
    deepEqual(trace, ['cleaned up']);
  });

  define('twice throws twice', async ({ loop, run, turns, trace }) => {
    await run(async () => {
      const task = loop.createTask(async () => {
        for (const name of ['first', 'second']) {
          try {
            await loop.createFuture();
          } catch (error) {
            trace.push(name, (error as Error).message);
          }
        }
      });
      await turns(2);
      task.cancel('one');
      await turns(2);
      task.cancel('two');
      await task;
    });
    deepEqual(trace, ['first', 'one', 'second', 'two']);
  });

  define('after the future is done, and before the task goes on, is thrown all the same', async (c) => {
    const { loop, run, turns, trace } = c;
    await run(async () => {
      const future = loop.createFuture<string>();
      const task = loop.createTask(async () => trace.push(await future));
      await turns(2);
      future.setResult('result');
      task.cancel();
      await fails(() => task, CancelledError);
    });
    deepEqual(trace, []);
  });

  define('that finds the task at a promise of the host comes at its next wait', async (c) => {
    const { loop, run, trace } = c;
    await run(async () => {
      let release!: () => void;
      const foreign = new Promise<void>((resolve) => {
        release = resolve;
      });
      const task = loop.createTask(async () => {
        await foreign;
        trace.push('after the promise');
        await loop.createFuture();
      });
      loop.callSoon(() =>
        loop.callSoon(() => {
          task.cancel();
          release();
        }),
      );
      await fails(() => task, CancelledError);
    });
    deepEqual(trace, ['after the promise']);
  });

  define('by the task itself comes at its next wait', async ({ loop, run, trace }) => {
    await run(async () => {
      const task: AbstractTask<void> = loop.createTask(async () => {
        task.cancel('by itself');
        trace.push('goes on');
        await loop.createFuture();
        trace.push('not reached');
      });
      await fails(() => task, CancelledError);
    });
    deepEqual(trace, ['goes on']);
  });

  define('that nothing waits for any more cancels the task at its end', async ({ loop, run }) => {
    await run(async () => {
      const task: AbstractTask<string> = loop.createTask(async () => {
        task.cancel();
        return 'result';
      });
      await fails(() => task, CancelledError);
      equal(task.cancelled(), true);
    });
  });

  define('does nothing to a task that is done', async ({ loop, run }) => {
    await run(async () => {
      const task = loop.createTask(async () => 1);
      await task;
      equal(task.cancel(), false);
      equal(task.cancelled(), false);
      equal(task.result(), 1);
    });
  });

  define('is counted, and taken back with uncancel()', async ({ loop, run, turns }) => {
    await run(async () => {
      const task = loop.createTask(async () => {
        for (let n = 0; n < 2; n++) await Promise.resolve(loop.createFuture()).catch(() => {});
      });
      equal(task.cancelling(), 0);
      equal(task.uncancel(), 0);
      await turns(2);
      task.cancel();
      await turns(2);
      task.cancel();
      equal(task.cancelling(), 2);
      equal(task.uncancel(), 1);
      equal(task.uncancel(), 0);
      equal(task.uncancel(), 0);
      await task;
    });
  });

  define('aborts the signal of the task, with the error as its reason', async ({ loop, run, turns }) => {
    await run(async () => {
      const task = loop.createTask(async () => await loop.createFuture());
      const { signal } = task;
      equal(signal.aborted, false);
      await turns(2);
      task.cancel('enough');
      equal(signal.aborted, true);
      ok(signal.reason instanceof CancelledError);
      await fails(() => task, CancelledError);
    });
  });

  define('is no failure that has to be looked at', async ({ loop, run, turns }) => {
    await run(async () => {
      const task = loop.createTask(async () => await loop.createFuture());
      await turns(2);
      task.cancel();
      await turns(3);
      equal(task.cancelled(), true);
    });
  });
});
