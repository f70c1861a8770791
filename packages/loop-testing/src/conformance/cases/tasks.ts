import { AsyncLocalStorage } from 'node:async_hooks';
import { ContextVar, copyContext, RuntimeError } from '@bight/contextvars';
import { currentFrame } from '@bight/contextvars/frame';
import type { AbstractTask, TaskFactory } from '@bight/loop-abstract';
import { CancelledError } from '@bight/loop-abstract';
import { type CaseDefinition, IDLE, suite } from '../case.js';
import { deepEqual, equal, fails, ok, throws } from '../check.js';

const colour = new ContextVar('colour', { default: 'none' });

/** `createTask()` and the tasks that it makes. */
export const taskCases: CaseDefinition[] = [
  ...suite('TaskLoop', 'createTask()', (define) => {
    define('starts the coroutine in a later iteration', async ({ loop, run, turns, trace, note }) => {
      await run(() => {
        loop.callSoon(note('scheduled before'));
        loop.createTask(async () => trace.push('task'));
        trace.push('returned');
        loop.callSoon(note('scheduled after'));
        return turns(2);
      });
      deepEqual(trace, ['returned', 'scheduled before', 'task', 'scheduled after']);
    });

    define('gives the result of an async function', async ({ loop, run }) => {
      const task = await run(async () => {
        const task = loop.createTask(async () => 'result');
        equal(task.done(), false);
        equal(await task, 'result');
        return [task];
      });
      equal(task[0]?.done(), true);
      equal(task[0]?.result(), 'result');
      equal(task[0]?.exception(), null);
    });

    define('gives the result of a generator function', async ({ task, loop }) => {
      const result = await task(function* () {
        const future = loop.createFuture<number>();
        loop.callSoon(() => future.setResult(20));
        const first = yield* future;
        const second = yield* future;
        return first + second + 2;
      });
      equal(result, 42);
    });

    define('takes a function that returns a future', async ({ loop, task }) => {
      equal(
        await task(() => {
          const future = loop.createFuture<number>();
          loop.callSoon(() => future.setResult(1));
          return future;
        }),
        1,
      );
    });

    define('keeps what an async function throws', async ({ loop, run }) => {
      const error = new RangeError('thrown');
      await run(async () => {
        const task = loop.createTask(async () => {
          throw error;
        });
        equal(await fails(() => task, RangeError), error);
        equal(task.exception(), error);
        equal(task.cancelled(), false);
      });
    });

    define('keeps what a generator throws, at once or later', async ({ loop, run }) => {
      await run(async () => {
        // biome-ignore lint/correctness/useYield: it throws before it could
        const atOnce = loop.createTask(function* () {
          throw new RangeError('at once');
        });
        const later = loop.createTask(function* () {
          yield null;
          throw new RangeError('later');
        });
        await fails(() => atOnce, RangeError, 'at once');
        await fails(() => later, RangeError, 'later');
      });
    });

    define('lets the loop turn once at a bare yield', async ({ loop, task, trace, note }) => {
      await task(function* () {
        loop.callSoon(note('one turn'));
        yield null;
        trace.push('goes on');
        loop.callSoon(note('two turns'));
        yield undefined;
        trace.push('goes on again');
      });
      deepEqual(trace, ['one turn', 'goes on', 'two turns', 'goes on again']);
    });

    define('starts tasks in the order in which they were made', async ({ loop, run, trace }) => {
      await run(async () => {
        const tasks = [1, 2, 3].map((n) => loop.createTask(async () => trace.push(n)));
        for (const task of tasks) await task;
      });
      deepEqual(trace, [1, 2, 3]);
    });

    define('lets tasks and callbacks take turns as in CPython', async ({ loop, run, trace, turns, note }) => {
      const deep = async (future: PromiseLike<unknown>) => await (async () => await future)();
      await run(async () => {
        const future = loop.createFuture<string>();
        const a = loop.createTask(async () => {
          trace.push('a1');
          await deep(future);
          trace.push('a2');
        });
        const b = loop.createTask(function* () {
          trace.push('b1');
          yield* future;
          trace.push('b2');
        });
        loop.callSoon(note('c'));
        await turns(2);
        future.setResult('go');
        loop.callSoon(note('d'));
        await a;
        await b;
      });
      deepEqual(trace, ['a1', 'b1', 'c', 'a2', 'b2', 'd']);
    });

    define('refuses a promise, which runs already', async ({ loop, run }) => {
      await run(() => void throws(() => loop.createTask(Promise.resolve(1) as never), TypeError));
    });

    define('refuses what is no function', async ({ loop, run }) => {
      await run(() => {
        for (const wrong of [undefined, null, 1, 'coro'])
          throws(() => loop.createTask(wrong as never), TypeError);
      });
    });

    define('runs the coroutine in a copy of the current context', async ({ loop, run, trace }) => {
      await run(async () => {
        const token = colour.set('red');
        const task = loop.createTask(async () => {
          trace.push(colour.get());
          colour.set('green');
          await null;
          trace.push(colour.get());
        });
        colour.reset(token);
        await task;
        trace.push(colour.get());
        equal(task.getContext().get(colour), 'green');
      });
      deepEqual(trace, ['red', 'green', 'none']);
    });

    define('runs the coroutine in the context that it is given', async ({ loop, run }) => {
      const context = copyContext();
      await run(async () => {
        const task = loop.createTask(async () => void colour.set('blue'), { context });
        equal(task.getContext(), context);
        await task;
      });
      equal(context.get(colour), 'blue');
    });

    define('keeps the context over every wait', async ({ loop, run, turns, trace }) => {
      await run(async () => {
        const asynchronous = loop.createTask(async () => {
          colour.set('red');
          await turns(1);
          await new Promise((resolve) => setImmediate(() => loop.callSoonThreadsafe(resolve, [null])));
          trace.push(colour.get());
        });
        const stepped = loop.createTask(function* () {
          colour.set('blue');
          yield null;
          yield* loop.createTask(async () => void colour.set('other'));
          trace.push(colour.get());
        });
        await stepped;
        await asynchronous;
      });
      deepEqual(trace.sort(), ['blue', 'red']);
    });

    define("keeps everybody's AsyncLocalStorage as it was", async ({ loop, run, trace }) => {
      const storage = new AsyncLocalStorage<string>();
      await run(async () => {
        const task = storage.run('request', () =>
          loop.createTask(async () => {
            await null;
            trace.push(storage.getStore());
          }),
        );
        await task;
      });
      deepEqual(trace, ['request']);
    });

    define('names the loop and the task in the frame of the coroutine', async ({ loop, task }) => {
      await task(async () => {
        await null;
        equal(currentFrame()?.loop, loop);
        ok(currentFrame()?.task);
      });
    });

    define('starts the coroutine at once on request', async ({ loop, run, trace }) => {
      await run(async () => {
        const task = loop.createTask(
          async () => {
            trace.push('starts');
            await null;
            trace.push('goes on');
          },
          { eagerStart: true },
        );
        trace.push('returned');
        await task;
      });
      deepEqual(trace, ['starts', 'returned', 'goes on']);
    });

    define(
      'is refused by a closed loop',
      ({ loop }) => void throws(() => loop.createTask(async () => {}), RuntimeError, 'closed'),
      { states: ['closed'] },
    );

    define(
      'before the loop runs has the task wait for it',
      async ({ loop, trace }) => {
        const task = loop.createTask(async () => trace.push('ran'));
        equal(task.done(), false);
        await loop.runUntilComplete(task);
        deepEqual(trace, ['ran']);
      },
      { states: IDLE },
    );
  }),

  ...suite('TaskLoop', 'a task', (define) => {
    define('is named, Task-N by itself', async ({ loop, run }) => {
      await run(async () => {
        const named = loop.createTask(async () => {}, { name: 'given' });
        const unnamed = loop.createTask(async () => {});
        equal(named.getName(), 'given');
        ok(/^Task-\d+$/.test(unnamed.getName()), unnamed.getName());
        unnamed.setName('later');
        equal(unnamed.getName(), 'later');
        await named;
        await unnamed;
      });
    });

    define('tells its coroutine function', async ({ loop, run }) => {
      const coro = async () => {};
      await run(async () => {
        const task = loop.createTask(coro);
        equal(task.getCoro(), coro);
        await task;
      });
    });

    define('belongs to its loop', async ({ loop, run }) => {
      await run(async () => {
        const task = loop.createTask(async () => {});
        equal(task.getLoop(), loop);
        await task;
      });
    });

    define('ends through its coroutine only', async ({ loop, run }) => {
      await run(async () => {
        const task = loop.createTask(async () => 1);
        throws(() => task.setResult(2), RuntimeError);
        throws(() => task.setException(new Error('set')), RuntimeError);
        equal(await task, 1);
      });
    });

    define('calls back when it is done', async ({ loop, run, turns, trace }) => {
      await run(async () => {
        const task = loop.createTask(async () => 'result');
        task.addDoneCallback((done) => trace.push(done === task, done.result()));
        await task;
        await turns(1);
      });
      deepEqual(trace, [true, 'result']);
    });

    define('can be awaited by another one, for one turn', async ({ loop, task, trace, note }) => {
      await task(async () => {
        const inner = loop.createTask(async () => {
          loop.callSoon(note('scheduled inside'));
          return 'result';
        });
        trace.push(await inner);
      });
      deepEqual(trace, ['scheduled inside', 'result']);
    });

    define('tells a stack, and prints it', async ({ loop, run }) => {
      await run(async () => {
        const task = loop.createTask(async () => {});
        ok(Array.isArray(task.getStack()));
        ok(task.getStack({ limit: 1 }).length <= 1);
        await task;
      });
    });

    define(
      'whose exception nobody has looked at is reported when the loop closes, at the latest',
      async (ground) => {
        const { loop, run, turns } = ground;
        const error = new RangeError('nobody looks');
        await run(() => {
          loop.createTask(async () => {
            throw error;
          });
          return turns(4);
        });
        loop.close();
        equal(ground.report().exception, error);
      },
      { states: IDLE, needs: ['ErrorHandlingLoop'] },
    );
  }),

  ...suite('TaskLoop', 'setTaskFactory()', (define) => {
    define('is null at first', ({ loop }) => equal(loop.getTaskFactory(), null));

    define('has its function make the tasks', async ({ loop, run, trace }) => {
      const coro = async () => 'result';
      const factory: TaskFactory = (owner, given, options) => {
        trace.push(owner === loop, (given as unknown) === coro, options.name);
        loop.setTaskFactory(null);
        return loop.createTask(given, options);
      };
      await run(async () => {
        loop.setTaskFactory(factory);
        equal(loop.getTaskFactory(), factory);
        equal(await loop.createTask(coro, { name: 'given' }), 'result');
      });
      deepEqual(trace, [true, true, 'given']);
      equal(loop.getTaskFactory(), null);
    });

    define('returns what that makes from createTask()', async ({ loop, run }) => {
      const future = loop.createFuture<never>();
      await run(() => {
        loop.setTaskFactory(() => future);
        equal(
          loop.createTask(async () => {}),
          future as unknown as AbstractTask<void>,
        );
        loop.setTaskFactory(null);
        future.cancel();
      });
    });

    define('refuses what is neither a function nor null', ({ loop }) => {
      throws(() => loop.setTaskFactory({} as never), TypeError);
    });
  }),

  ...suite('TaskLoop', 'shutdownAsyncgens()', (define) => {
    async function* numbers(note: (...what: unknown[]) => () => void): AsyncGenerator<number, void, unknown> {
      try {
        for (let n = 0; ; n++) yield n;
      } finally {
        await null;
        note('closed')();
      }
    }

    define('closes the generators that are open', async ({ loop, task, trace, note }) => {
      await task(async () => {
        const asyncgen = numbers(note);
        equal(loop.trackAsyncgen(asyncgen), asyncgen);
        equal((await asyncgen.next()).value, 0);
        await loop.shutdownAsyncgens();
        trace.push('shut down');
        equal((await asyncgen.next()).done, true);
      });
      deepEqual(trace, ['closed', 'shut down']);
    });

    define('leaves those alone that have ended', async ({ loop, task, trace, note }) => {
      await task(async () => {
        const asyncgen = loop.trackAsyncgen(numbers(note));
        await asyncgen.next();
        await asyncgen.return();
        await loop.shutdownAsyncgens();
      });
      deepEqual(trace, ['closed']);
    });

    define('has nothing to do where none was tracked', async ({ loop, task }) => {
      await task(async () => void (await loop.shutdownAsyncgens()));
    });

    define(
      'reports what a generator throws, and closes the others',
      async (ground) => {
        const { loop, task, trace, note } = ground;
        async function* failing() {
          try {
            yield 1;
          } finally {
            // biome-ignore lint/correctness/noUnsafeFinally: this is what is tested
            throw new RangeError('while closing');
          }
        }
        const asyncgen = failing();
        await task(async () => {
          await loop.trackAsyncgen(asyncgen).next();
          await loop.trackAsyncgen(numbers(note)).next();
          await loop.shutdownAsyncgens();
        });
        const report = ground.report();
        equal(report.exception?.message, 'while closing');
        equal(report.asyncgen, asyncgen);
        deepEqual(trace, ['closed']);
      },
      { needs: ['ErrorHandlingLoop'] },
    );

    define(
      'is refused by a closed loop',
      async ({ loop }) => void (await fails(() => loop.shutdownAsyncgens(), RuntimeError, 'closed')),
      { states: ['closed'] },
    );
  }),
];

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

  define('after the future is done, and before the task goes on, is thrown all the same', async (ground) => {
    const { loop, run, turns, trace } = ground;
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

  define('that finds the task at a promise of the host comes at its next wait', async (ground) => {
    const { loop, run, trace } = ground;
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
