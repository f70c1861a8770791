import { AsyncLocalStorage } from 'node:async_hooks';
import { ContextVar, copyContext, RuntimeError } from '@bight/contextvars';
import { currentRunContext } from '@bight/contextvars/low-level';
import { type CaseDefinition, IDLE, suite } from '../../case.js';
import { deepEqual, equal, fails, ok, throws } from '../../check.js';

const colour = new ContextVar('colour', { default: 'none' });

/** `createTask()`. */
export const createTaskCases: CaseDefinition[] = suite('TaskLoop', 'createTask()', (define) => {
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

  define('keeps every AsyncLocalStorage as it was', async ({ loop, run, trace }) => {
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
      equal(currentRunContext()?.loop, loop);
      ok(currentRunContext()?.task);
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
});
