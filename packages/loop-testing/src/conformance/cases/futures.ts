import { ContextVar, copyContext } from '@bight/contextvars';
import { CancelledError, InvalidStateError } from '@bight/loop-abstract';
import { type CaseDefinition, IDLE, suite } from '../case.js';
import { deepEqual, equal, fails, ok, throws } from '../check.js';

const colour = new ContextVar('colour', { default: 'none' });

/** `createFuture()` and the futures that it makes. */
export const futureCases: CaseDefinition[] = suite('TaskLoop', 'a future', (define) => {
  define('is pending at first', ({ loop }) => {
    const future = loop.createFuture();
    equal(future.done(), false);
    equal(future.cancelled(), false);
    throws(() => future.result(), InvalidStateError);
    throws(() => future.exception(), InvalidStateError);
  });

  define('belongs to its loop', ({ loop }) => equal(loop.createFuture().getLoop(), loop));

  define('can be made by a closed loop', ({ loop }) => equal(loop.createFuture().done(), false), {
    states: ['closed'],
  });

  define('has the result that was set', ({ loop }) => {
    const future = loop.createFuture<string>();
    future.setResult('result');
    equal(future.done(), true);
    equal(future.cancelled(), false);
    equal(future.result(), 'result');
    equal(future.exception(), null);
  });

  define('may have undefined for a result', ({ loop }) => {
    const future = loop.createFuture<undefined>();
    future.setResult(undefined);
    equal(future.done(), true);
    equal(future.result(), undefined);
  });

  define('throws the exception that was set, and gives it', ({ loop }) => {
    const future = loop.createFuture();
    const error = new RangeError('set');
    future.setException(error);
    equal(future.done(), true);
    equal(future.exception(), error);
    equal(
      throws(() => future.result(), RangeError),
      error,
    );
  });

  define('ends only once', ({ loop }) => {
    const future = loop.createFuture<number>();
    future.setResult(1);
    throws(() => future.setResult(2), InvalidStateError);
    throws(() => future.setException(new Error('late')), InvalidStateError);
    equal(future.result(), 1);
  });

  define('refuses what is no exception', ({ loop }) => {
    const future = loop.createFuture();
    throws(() => future.setException(null as never), TypeError);
    equal(future.done(), false);
  });

  define('can be cancelled while it is pending, with a message', ({ loop }) => {
    const future = loop.createFuture();
    equal(future.cancel('enough'), true);
    equal(future.done(), true);
    equal(future.cancelled(), true);
    throws(() => future.result(), CancelledError, 'enough');
    throws(() => future.exception(), CancelledError);
  });

  define('cannot be cancelled when it is done', ({ loop }) => {
    const future = loop.createFuture<number>();
    future.setResult(1);
    equal(future.cancel(), false);
    equal(future.cancelled(), false);
    const cancelled = loop.createFuture();
    cancelled.cancel();
    equal(cancelled.cancel(), false);
  });

  define('takes no result after a cancel', ({ loop }) => {
    const future = loop.createFuture<number>();
    future.cancel();
    throws(() => future.setResult(1), InvalidStateError);
  });

  define('calls its callbacks back with itself, in order, in a later iteration', async (c) => {
    const { loop, run, turns, trace, note } = c;
    await run(() => {
      const future = loop.createFuture<number>();
      future.addDoneCallback((done) => trace.push(done === future));
      future.addDoneCallback(note('second'));
      loop.callSoon(note('scheduled before'));
      future.setResult(1);
      trace.push('set');
      loop.callSoon(note('scheduled after'));
      return turns(2);
    });
    deepEqual(trace, ['set', 'scheduled before', true, 'second', 'scheduled after']);
  });

  define(
    'calls back through the loop when it is done already, too',
    async ({ loop, run, turns, trace, note }) => {
      await run(() => {
        const future = loop.createFuture<number>();
        future.setResult(1);
        future.addDoneCallback(note('callback'));
        trace.push('added');
        return turns(2);
      });
      deepEqual(trace, ['added', 'callback']);
    },
  );

  define('calls back when it fails, and when it is cancelled', async ({ loop, run, turns, trace }) => {
    await run(() => {
      const failing = loop.createFuture();
      failing.addDoneCallback((future) => trace.push(future.exception()?.message));
      failing.setException(new Error('failed'));
      const cancelled = loop.createFuture();
      cancelled.addDoneCallback((future) => trace.push(future.cancelled()));
      cancelled.cancel();
      return turns(2);
    });
    deepEqual(trace, ['failed', true]);
  });

  define('forgets callbacks that are removed, and counts them', async ({ loop, run, turns, trace, note }) => {
    await run(() => {
      const future = loop.createFuture<number>();
      const removed = note('removed');
      future.addDoneCallback(removed);
      future.addDoneCallback(note('kept'));
      future.addDoneCallback(removed);
      equal(future.removeDoneCallback(removed), 2);
      equal(future.removeDoneCallback(removed), 0);
      future.setResult(1);
      return turns(2);
    });
    deepEqual(trace, ['kept']);
  });

  define('runs callbacks in the context of when they were added, or in the given one', async (c) => {
    const { loop, run, turns, trace } = c;
    const context = copyContext();
    context.run(() => colour.set('blue'));
    await run(() => {
      const future = loop.createFuture<number>();
      const callback = () => trace.push(colour.get());
      const token = colour.set('red');
      future.addDoneCallback(callback);
      colour.reset(token);
      future.addDoneCallback(() => trace.push(colour.get()), { context });
      future.setResult(1);
      return turns(2);
    });
    deepEqual(trace, ['red', 'blue']);
  });

  define('refuses a callback that is no function', ({ loop }) => {
    throws(() => loop.createFuture().addDoneCallback(null as never), TypeError);
  });

  define(
    'reports what a callback throws, and calls the rest',
    async (c) => {
      const { loop, run, turns, trace, note } = c;
      await run(() => {
        const future = loop.createFuture<number>();
        future.addDoneCallback(() => {
          throw new RangeError('thrown by a callback');
        });
        future.addDoneCallback(note('next'));
        future.setResult(1);
        return turns(2);
      });
      equal(c.report().exception?.message, 'thrown by a callback');
      deepEqual(trace, ['next']);
    },
    { needs: ['ErrorHandlingLoop'] },
  );

  define('gives its result to an await, one turn after it is set', async ({ loop, task, trace, note }) => {
    await task(async () => {
      const future = loop.createFuture<string>();
      loop.callSoon(() => {
        future.setResult('result');
        loop.callSoon(note('scheduled after'));
      });
      loop.callSoon(note('same iteration'));
      trace.push(await future);
    });
    deepEqual(trace.slice(0, 2), ['same iteration', 'result']);
  });

  define('gives its result to yield* in a generator', async ({ loop, task, trace, note }) => {
    await task(function* () {
      const future = loop.createFuture<string>();
      loop.callSoon(() => {
        future.setResult('result');
        loop.callSoon(note('scheduled after'));
      });
      loop.callSoon(note('same iteration'));
      trace.push(yield* future);
    });
    deepEqual(trace.slice(0, 2), ['same iteration', 'result']);
  });

  define(
    'that is done already is awaited without a turn of the loop',
    async ({ loop, task, trace, note }) => {
      const future = loop.createFuture<string>();
      future.setResult('result');
      await task(async () => {
        loop.callSoon(note('next iteration'));
        trace.push(await future, await future);
      });
      deepEqual(trace.slice(0, 2), ['result', 'result']);
    },
  );

  define('that is done already passes through yield* without a turn', async ({ loop, task, trace, note }) => {
    const future = loop.createFuture<string>();
    future.setResult('result');
    await task(function* () {
      loop.callSoon(note('next iteration'));
      trace.push(yield* future);
    });
    equal(trace[0], 'result');
  });

  define('throws its exception at an await, and at yield*', async ({ loop, task }) => {
    const error = new RangeError('failed');
    const failing = () => {
      const future = loop.createFuture();
      loop.callSoon(() => future.setException(error));
      return future;
    };
    equal(await fails(() => task(async () => void (await failing())), RangeError), error);
    equal(
      await fails(
        () =>
          task(function* () {
            yield* failing();
          }),
        RangeError,
      ),
      error,
    );
  });

  define('throws a CancelledError at an await when it was cancelled', async ({ loop, task, trace }) => {
    await task(async () => {
      const future = loop.createFuture();
      loop.callSoon(() => future.cancel('enough'));
      try {
        await future;
      } catch (error) {
        trace.push(error instanceof CancelledError, (error as Error).message);
      }
    });
    deepEqual(trace, [true, 'enough']);
  });

  define('wakes all who await it, in the order in which they began', async ({ loop, run, trace }) => {
    await run(async () => {
      const future = loop.createFuture<number>();
      const tasks = [1, 2, 3].map((n) => loop.createTask(async () => trace.push(n + (await future))));
      loop.callSoon(() => loop.callSoon(() => future.setResult(10)));
      for (const task of tasks) await task;
    });
    deepEqual(trace, [11, 12, 13]);
  });

  define('is a thenable for then(), catch() and finally()', async ({ loop, run, trace, note }) => {
    await run(async () => {
      const future = loop.createFuture<number>();
      loop.callSoon(() => future.setResult(1));
      equal(await future.then((value) => value + 1), 2);
      equal(await future.finally(note('finally')), 1);
      const failing = loop.createFuture();
      loop.callSoon(() => failing.setException(new Error('failed')));
      equal(await failing.catch((error) => (error as Error).message), 'failed');
      equal(await failing.then(null, (error) => `${(error as Error).message} again`), 'failed again');
    });
    deepEqual(trace, ['finally']);
  });

  define('does not call then() back before it returns', async ({ loop, run, trace, note }) => {
    await run(async () => {
      const future = loop.createFuture<number>();
      future.setResult(1);
      const then = future.then(note('then'));
      trace.push('returned');
      await then;
    });
    deepEqual(trace, ['returned', 'then']);
  });

  define('works with Promise.all() and Promise.race()', async ({ loop, run }) => {
    await run(async () => {
      const [a, b] = [loop.createFuture<string>(), loop.createFuture<string>()];
      loop.callSoon(() => b.setResult('b'));
      equal(await Promise.race([a, b]), 'b');
      loop.callSoon(() => a.setResult('a'));
      deepEqual(await Promise.all([a, b, 'c']), ['a', 'b', 'c']);
    });
  });

  define('can be awaited outside of the loop', async ({ loop, run }) => {
    const future = loop.createFuture<number>();
    const outside = (async () => (await future) + 1)();
    await run(() => future.setResult(1));
    await run(async () => equal(await outside, 2));
  });

  define(
    'whose exception is never retrieved is reported when the loop closes, at the latest',
    async (c) => {
      const { loop, run } = c;
      const error = new RangeError('never retrieved');
      await run(() => loop.createFuture().setException(error));
      loop.close();
      const report = c.report();
      equal(report.exception, error);
      ok(report.future !== undefined);
    },
    { states: IDLE, needs: ['ErrorHandlingLoop'] },
  );

  define(
    'whose exception was retrieved is not reported',
    async (c) => {
      const { loop, run } = c;
      await run(() => {
        const future = loop.createFuture();
        future.setException(new Error('seen'));
        future.exception();
      });
      loop.close();
      deepEqual(c.reports, []);
    },
    { states: IDLE, needs: ['ErrorHandlingLoop'] },
  );
});
