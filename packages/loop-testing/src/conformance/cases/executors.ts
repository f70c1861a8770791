import { RuntimeError } from '@bight/contextvars';
import { CancelledError, type Executor } from '@bight/loop-abstract';
import { type CaseDefinition, suite } from '../case.js';
import { deepEqual, equal, fails, throws } from '../check.js';

/** A call that the executor was given. */
interface Job {
  readonly func: unknown;
  readonly args: readonly unknown[];
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  isCancelled: boolean;
}

/** An executor whose jobs the case brings to an end itself: the kit is about the loop, not about threads. */
class HandExecutor {
  readonly kind: 'thread' | 'process';
  readonly jobs: Job[] = [];
  readonly shutdowns: unknown[] = [];
  ended = Promise.resolve();

  constructor(kind: 'thread' | 'process' = 'thread') {
    this.kind = kind;
  }

  submit(func: unknown, args: readonly unknown[] = []): unknown {
    let job!: Job;
    const promise = new Promise((resolve, reject) => {
      job = { func, args, resolve, reject, isCancelled: false };
    });
    this.jobs.push(job);
    const cancel = () => {
      job.isCancelled = true;
      return true;
    };
    return Object.assign(promise, {
      cancel,
      cancelled: () => job.isCancelled,
      running: () => false,
      done: () => job.isCancelled,
    });
  }

  shutdown(options?: unknown): Promise<void> {
    this.shutdowns.push(options);
    return this.ended;
  }

  get asExecutor(): Executor {
    return this as unknown as Executor;
  }
}

const double = (n: number) => n * 2;

/** `runInExecutor()` and the default executor. */
export const executorCases: CaseDefinition[] = [
  ...suite('ExecutorLoop', 'runInExecutor()', (define) => {
    define('hands the function and its arguments to the executor', async ({ loop, run }) => {
      const executor = new HandExecutor();
      await run(async () => {
        const future = loop.runInExecutor(executor.asExecutor, double, [21]);
        const [job] = executor.jobs;
        equal(job?.func, double);
        deepEqual(job?.args, [21]);
        job?.resolve(42);
        equal(await future, 42);
      });
    });

    define('returns a future of the loop', async ({ loop, run }) => {
      const executor = new HandExecutor();
      await run(async () => {
        const future = loop.runInExecutor(executor.asExecutor, double, [1]);
        equal(future.getLoop(), loop);
        equal(future.done(), false);
        executor.jobs[0]?.resolve(2);
        await future;
        equal(future.result(), 2);
      });
    });

    define('throws what the function throws', async ({ loop, run }) => {
      const executor = new HandExecutor();
      const error = new RangeError('thrown over there');
      await run(async () => {
        const future = loop.runInExecutor(executor.asExecutor, double, [1]);
        executor.jobs[0]?.reject(error);
        equal(await fails(() => future, RangeError), error);
      });
    });

    define('wakes a loop that waits', async ({ loop, run }) => {
      const executor = new HandExecutor();
      await run(async () => {
        const future = loop.runInExecutor(executor.asExecutor, double, [1]);
        setTimeout(() => executor.jobs[0]?.resolve(2), 2);
        equal(await future, 2);
      });
    });

    define('cancels the call when the future is cancelled', async ({ loop, run }) => {
      const executor = new HandExecutor();
      await run(async () => {
        const future = loop.runInExecutor(executor.asExecutor, double, [1]);
        equal(future.cancel(), true);
        equal(executor.jobs[0]?.isCancelled, true);
        await fails(() => future, CancelledError);
      });
    });

    define(
      'cancels the call when the task that awaits it is cancelled',
      async ({ loop, run, turns }) => {
        const executor = new HandExecutor();
        await run(async () => {
          const task = loop.createTask(
            async () => await loop.runInExecutor(executor.asExecutor, double, [1]),
          );
          await turns(2);
          task.cancel();
          await fails(() => task, CancelledError);
          equal(executor.jobs[0]?.isCancelled, true);
        });
      },
      { needs: ['TaskLoop'] },
    );

    define('ignores a result that comes after the cancel', async ({ loop, run, turns }) => {
      const executor = new HandExecutor();
      await run(async () => {
        const future = loop.runInExecutor(executor.asExecutor, double, [1]);
        future.cancel();
        executor.jobs[0]?.resolve(2);
        await turns(3);
        equal(future.cancelled(), true);
      });
    });

    define('calls without arguments when there are none', async ({ loop, run }) => {
      const executor = new HandExecutor();
      await run(async () => {
        const future = loop.runInExecutor(executor.asExecutor, () => 1);
        deepEqual(executor.jobs[0]?.args ?? [], []);
        executor.jobs[0]?.resolve(1);
        await future;
      });
    });

    define(
      'is refused by a closed loop',
      async ({ loop }) => {
        const executor = new HandExecutor();
        await fails(() => loop.runInExecutor(executor.asExecutor, double, [1]), RuntimeError, 'closed');
        equal(executor.jobs.length, 0);
      },
      { states: ['closed'] },
    );
  }),

  ...suite('ExecutorLoop', 'setDefaultExecutor()', (define) => {
    define('says where runInExecutor(null, …) runs', async ({ loop, run }) => {
      const executor = new HandExecutor();
      loop.setDefaultExecutor(executor.asExecutor);
      await run(async () => {
        const futures = [loop.runInExecutor(null, double, [1]), loop.runInExecutor(undefined, double, [2])];
        equal(executor.jobs.length, 2);
        for (const [n, job] of executor.jobs.entries()) job.resolve(n);
        deepEqual(await Promise.all(futures), [0, 1]);
      });
    });

    define('refuses a pool of processes, and what is no executor', ({ loop }) => {
      throws(() => loop.setDefaultExecutor(new HandExecutor('process').asExecutor), TypeError);
      throws(() => loop.setDefaultExecutor({} as never), TypeError);
      throws(() => loop.setDefaultExecutor(null as never), TypeError);
    });
  }),

  ...suite('ExecutorLoop', 'shutdownDefaultExecutor()', (define) => {
    define('shuts the executor down, and waits for it', async ({ loop, run, trace, turns }) => {
      const executor = new HandExecutor();
      let end!: () => void;
      executor.ended = new Promise((resolve) => {
        end = resolve;
      });
      loop.setDefaultExecutor(executor.asExecutor);
      await run(async () => {
        const over = loop.shutdownDefaultExecutor().then(() => trace.push('shut down'));
        await turns(3);
        equal(executor.shutdowns.length, 1);
        deepEqual(trace, []);
        end();
        await over;
      });
      deepEqual(trace, ['shut down']);
    });

    define('keeps the default executor from being used again', async ({ loop, run }) => {
      loop.setDefaultExecutor(new HandExecutor().asExecutor);
      await run(async () => {
        await loop.shutdownDefaultExecutor();
        await fails(() => loop.runInExecutor(null, double, [1]), RuntimeError, 'shut');
      });
    });

    define('leaves other executors alone', async ({ loop, run }) => {
      const executor = new HandExecutor();
      loop.setDefaultExecutor(new HandExecutor().asExecutor);
      await run(async () => {
        await loop.shutdownDefaultExecutor();
        const future = loop.runInExecutor(executor.asExecutor, double, [1]);
        executor.jobs[0]?.resolve(2);
        equal(await future, 2);
      });
    });

    define('has nothing to do where there is none', async ({ loop, run }) => {
      await run(async () => void (await loop.shutdownDefaultExecutor()));
    });

    define(
      'is refused by a closed loop',
      async ({ loop }) => {
        await fails(() => loop.shutdownDefaultExecutor(), RuntimeError, 'closed');
      },
      { states: ['closed'] },
    );
  }),

  ...suite('ExecutorLoop', 'close()', (define) => {
    define(
      'shuts the default executor down',
      async ({ loop }) => {
        const executor = new HandExecutor();
        loop.setDefaultExecutor(executor.asExecutor);
        loop.close();
        equal(executor.shutdowns.length, 1);
      },
      { states: ['fresh', 'stopped', 'debug'] },
    );
  }),
];
