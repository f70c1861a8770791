import { RuntimeError } from '@bight/contextvars';
import { type CaseDefinition, IDLE, LIVE, suite } from '../case.js';
import { deepEqual, equal, fails, ok, throws } from '../check.js';

/** Running, stopping and closing. */
export const runningCases: CaseDefinition[] = [
  ...suite(
    'SchedulingLoop',
    'runForever()',
    (define) => {
      define('runs until stop() is called', async ({ loop, trace, note }) => {
        loop.callSoon(note('ran'));
        loop.callSoon(() => loop.stop());
        await loop.runForever();
        deepEqual(trace, ['ran']);
      });

      define('runs nothing before it returns', async ({ loop, trace, note }) => {
        loop.callSoon(note('callback'));
        loop.callSoon(() => loop.stop());
        const over = loop.runForever();
        trace.push('returned');
        await over;
        deepEqual(trace, ['returned', 'callback']);
      });

      define('can be called again after a stop', async ({ loop, trace, note }) => {
        for (let n = 1; n <= 3; n++) {
          loop.callSoon(note(n));
          loop.callSoon(() => loop.stop());
          await loop.runForever();
        }
        deepEqual(trace, [1, 2, 3]);
      });

      define('refuses to run twice at once, and the first run goes on', async ({ loop, trace, note }) => {
        const over = loop.runForever();
        await fails(() => loop.runForever(), RuntimeError, 'running');
        equal(loop.isRunning(), true);
        loop.callSoonThreadsafe(note('goes on'));
        loop.callSoonThreadsafe(() => loop.stop());
        await over;
        deepEqual(trace, ['goes on']);
      });

      define('is refused inside a callback of another loop', async ({ loop, createLoop, run }) => {
        const other = await createLoop();
        await run(async () => void (await fails(() => other.runForever(), RuntimeError)));
        equal(other.isRunning(), false);
        equal(loop.isRunning(), false);
      });

      define('runs two loops beside each other', async ({ loop, createLoop, trace }) => {
        const other = await createLoop();
        const count = (each: typeof loop, name: string) => {
          let n = 0;
          const callback = () => {
            trace.push(`${name}${++n}`);
            if (n < 3) each.callSoon(callback);
            else each.stop();
          };
          each.callSoon(callback);
          return each.runForever();
        };
        await Promise.all([count(loop, 'a'), count(other, 'b')]);
        deepEqual(
          trace.filter((entry) => String(entry).startsWith('a')),
          ['a1', 'a2', 'a3'],
        );
        deepEqual(
          trace.filter((entry) => String(entry).startsWith('b')),
          ['b1', 'b2', 'b3'],
        );
      });

      define(
        'is refused by a closed loop',
        async ({ loop }) => {
          await fails(() => loop.runForever(), RuntimeError, 'closed');
          equal(loop.isRunning(), false);
        },
        { states: ['closed'] },
      );
    },
    { states: IDLE },
  ),

  ...suite(
    'SchedulingLoop',
    'stop()',
    (define) => {
      define('before a run ends it after one iteration', async ({ loop, trace, note }) => {
        loop.callSoon(() => {
          trace.push('first');
          loop.callSoon(note('second'));
        });
        loop.stop();
        await loop.runForever();
        deepEqual(trace, ['first']);
      });

      define('lets the rest of the iteration run', async ({ loop, trace, note }) => {
        loop.callSoon(note('before'));
        loop.callSoon(() => loop.stop());
        loop.callSoon(note('after'));
        await loop.runForever();
        deepEqual(trace, ['before', 'after']);
      });

      define('leaves what that iteration schedules to the next run', async ({ loop, trace, note }) => {
        loop.callSoon(() => {
          loop.stop();
          loop.callSoon(note('next run'));
        });
        loop.callSoon(() => loop.callSoon(note('next run, too')));
        await loop.runForever();
        deepEqual(trace, []);
        loop.stop();
        await loop.runForever();
        deepEqual(trace, ['next run', 'next run, too']);
      });

      define('twice ends one run only', async ({ loop, trace }) => {
        loop.callSoon(() => {
          loop.stop();
          loop.stop();
        });
        await loop.runForever();
        const third = () => {
          trace.push('third iteration');
          loop.stop();
        };
        loop.callSoon(() => loop.callSoon(() => loop.callSoon(third)));
        await loop.runForever();
        deepEqual(trace, ['third iteration']);
      });

      define('from the host ends a run that waits', async ({ loop }) => {
        const over = loop.runForever();
        setTimeout(() => loop.callSoonThreadsafe(() => loop.stop()), 2);
        await over;
        equal(loop.isRunning(), false);
      });

      define('keeps timers for the next run', async ({ loop, trace }) => {
        loop.callSoon(() => {
          loop.callLater(0, () => {
            trace.push('timer');
            loop.stop();
          });
          loop.stop();
        });
        await loop.runForever();
        deepEqual(trace, []);
        await loop.runForever();
        deepEqual(trace, ['timer']);
      });

      define('may be called on a closed loop', ({ loop }) => loop.stop(), { states: ['closed'] });
    },
    { states: IDLE },
  ),

  ...suite('SchedulingLoop', 'isRunning()', (define) => {
    define(
      'is true during a run only',
      async ({ loop, run }) => {
        equal(loop.isRunning(), false);
        await run(() => equal(loop.isRunning(), true));
        equal(loop.isRunning(), false);
      },
      { states: IDLE },
    );
    define('is true while the loop waits', ({ loop }) => equal(loop.isRunning(), true), {
      states: ['running'],
    });
    define('is false when the loop is closed', ({ loop }) => equal(loop.isRunning(), false), {
      states: ['closed'],
    });
  }),

  ...suite('SchedulingLoop', 'isClosed()', (define) => {
    define('is false before close()', ({ loop }) => equal(loop.isClosed(), false), { states: LIVE });
    define('is true after close()', ({ loop }) => equal(loop.isClosed(), true), { states: ['closed'] });
  }),

  ...suite('SchedulingLoop', 'close()', (define) => {
    define(
      'can be called again and again',
      ({ loop }) => {
        loop.close();
        loop.close();
        equal(loop.isClosed(), true);
      },
      { states: [...IDLE, 'closed'] },
    );

    define(
      'is refused while the loop runs, which goes on',
      async ({ loop, run, trace, note, turns }) => {
        throws(() => loop.close(), RuntimeError, 'running');
        await run(() => {
          throws(() => loop.close(), RuntimeError, 'running');
          loop.callSoon(note('goes on'));
          return turns(2);
        });
        equal(loop.isClosed(), false);
        deepEqual(trace, ['goes on']);
      },
      { states: ['running'] },
    );

    define(
      'drops what is scheduled',
      async ({ loop, trace, note }) => {
        loop.callSoon(note('soon'));
        loop.callLater(0, note('timer'));
        loop.close();
        await new Promise((resolve) => setTimeout(resolve, 5));
        deepEqual(trace, []);
      },
      { states: IDLE },
    );

    define(
      'leaves other loops alone',
      async ({ loop, createLoop, trace, note }) => {
        const other = await createLoop();
        other.callSoon(note('other'));
        loop.close();
        other.callSoon(() => other.stop());
        await other.runForever();
        deepEqual(trace, ['other']);
      },
      { states: IDLE },
    );
  }),

  ...suite(
    'SchedulingLoop',
    'runUntilComplete()',
    (define) => {
      define('gives the result of a promise', async ({ loop }) => {
        equal(await loop.runUntilComplete(Promise.resolve(42)), 42);
        equal(loop.isRunning(), false);
      });

      define('throws what a promise was rejected with', async ({ loop }) => {
        const error = new RangeError('rejected');
        equal(await fails(() => loop.runUntilComplete(Promise.reject(error)), RangeError), error);
      });

      define('runs what is scheduled meanwhile', async ({ loop, trace }) => {
        loop.callSoon(() => trace.push('scheduled before'));
        await loop.runUntilComplete(
          new Promise<void>((resolve) => {
            loop.callLater(0.002, () => resolve());
          }),
        );
        deepEqual(trace, ['scheduled before']);
      });

      define('says so when the loop was stopped before the end', async ({ loop }) => {
        loop.callSoon(() => loop.stop());
        await fails(() => loop.runUntilComplete(new Promise(() => {})), RuntimeError, 'stopped');
        equal(loop.isRunning(), false);
      });

      define('refuses to run twice at once', async ({ loop }) => {
        const over = loop.runForever();
        await fails(() => loop.runUntilComplete(Promise.resolve(1)), RuntimeError, 'running');
        loop.callSoonThreadsafe(() => loop.stop());
        await over;
      });

      define(
        'is refused by a closed loop',
        async ({ loop, trace }) => {
          const coro = async () => trace.push('called');
          await fails(() => loop.runUntilComplete(coro), RuntimeError, 'closed');
          deepEqual(trace, []);
        },
        { states: ['closed'] },
      );

      define(
        'runs an async function as a task',
        async ({ loop }) => {
          const result = await loop.runUntilComplete(async () => {
            ok(loop.isRunning());
            const future = loop.createFuture<string>();
            loop.callSoon(() => future.setResult('done'));
            return await future;
          });
          equal(result, 'done');
        },
        { needs: ['TaskLoop'] },
      );

      define(
        'runs a generator function as a task',
        async ({ loop }) => {
          const result = await loop.runUntilComplete(function* () {
            const future = loop.createFuture<number>();
            loop.callSoon(() => future.setResult(1));
            return (yield* future) + 1;
          });
          equal(result, 2);
        },
        { needs: ['TaskLoop'] },
      );

      define(
        'throws what the coroutine throws',
        async ({ loop }) => {
          await fails(
            () =>
              loop.runUntilComplete(async () => {
                throw new RangeError('thrown');
              }),
            RangeError,
            'thrown',
          );
        },
        { needs: ['TaskLoop'] },
      );

      define(
        "ends at the future's end, in the iteration that reports it",
        async ({ loop, trace, note }) => {
          const future = loop.createFuture<number>();
          loop.callSoon(() => {
            future.setResult(1);
            loop.callSoon(note('same iteration'));
          });
          equal(await loop.runUntilComplete(future), 1);
          deepEqual(trace, ['same iteration']);
        },
        { needs: ['TaskLoop'] },
      );

      define(
        'takes a future that is done already',
        async ({ loop }) => {
          const future = loop.createFuture<number>();
          future.setResult(7);
          equal(await loop.runUntilComplete(future), 7);
          equal(await loop.runUntilComplete(future), 7);
        },
        { needs: ['TaskLoop'] },
      );

      define(
        'leaves a task that was not done for the next run',
        async ({ loop }) => {
          const future = loop.createFuture<number>();
          const task = loop.createTask(async () => (await future) + 1);
          loop.callSoon(() => loop.stop());
          await fails(() => loop.runUntilComplete(task), RuntimeError, 'stopped');
          equal(task.done(), false);
          loop.callSoon(() => future.setResult(1));
          equal(await loop.runUntilComplete(task), 2);
        },
        { needs: ['TaskLoop'] },
      );
    },
    { states: IDLE },
  ),
];
