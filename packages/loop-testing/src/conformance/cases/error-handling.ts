import { ContextVar } from '@bight/contextvars';
import type { ExceptionContext } from '@bight/loop-abstract';
import { captureErrorOutput } from '../capture-output.js';
import { type CaseDefinition, suite } from '../case.js';
import { deepEqual, equal, ok, throws } from '../check.js';

const colour = new ContextVar('colour', { default: 'none' });

function thrower(error: unknown): () => never {
  return () => {
    throw error;
  };
}

/** The exception handler. */
export const errorHandlingCases: CaseDefinition[] = [
  ...suite('ErrorHandlingLoop', 'setExceptionHandler()', (define) => {
    define('sets what getExceptionHandler() returns', ({ loop }) => {
      const handler = () => {};
      loop.setExceptionHandler(handler);
      equal(loop.getExceptionHandler(), handler);
      loop.setExceptionHandler(null);
      equal(loop.getExceptionHandler(), null);
    });

    define('refuses what is neither a function nor null', ({ loop }) => {
      const before = loop.getExceptionHandler();
      throws(() => loop.setExceptionHandler('handler' as never), TypeError);
      throws(() => loop.setExceptionHandler({} as never), TypeError);
      equal(loop.getExceptionHandler(), before);
    });

    define('calls the handler with the loop and what happened', async ({ loop, run, turns }) => {
      const calls: unknown[][] = [];
      const error = new RangeError('thrown');
      await run(async () => {
        loop.setExceptionHandler((...args) => calls.push(args));
        const handle = loop.callSoon(thrower(error));
        await turns(2);
        equal(calls.length, 1);
        const [owner, context] = calls[0] as [unknown, ExceptionContext];
        equal(owner, loop);
        equal(typeof context.message, 'string');
        equal(context.exception, error);
        equal(context.handle, handle);
      });
    });

    define('calls the handler once for each error', async ({ loop, run, turns, trace }) => {
      await run(() => {
        loop.setExceptionHandler((_loop, { exception }) => trace.push(exception?.message));
        for (const message of ['a', 'b', 'c']) loop.callSoon(thrower(new Error(message)));
        return turns(2);
      });
      deepEqual(trace, ['a', 'b', 'c']);
    });

    define(
      'calls the handler in the context of the callback that failed',
      async ({ loop, run, turns, trace }) => {
        await run(() => {
          loop.setExceptionHandler(() => trace.push(colour.get()));
          const token = colour.set('red');
          loop.callSoon(thrower(new Error('in red')));
          colour.reset(token);
          return turns(2);
        });
        deepEqual(trace, ['red']);
      },
    );

    define('keeps the handlers of two loops apart', async ({ loop, createLoop, run, turns, trace, note }) => {
      const other = await createLoop();
      other.setExceptionHandler(note('other'));
      await run(() => {
        loop.setExceptionHandler(note('this'));
        loop.callSoon(thrower(new Error('here')));
        return turns(2);
      });
      deepEqual(trace, ['this']);
    });

    define('may be called by the handler', async ({ loop, run, turns, trace, note }) => {
      await run(async () => {
        loop.setExceptionHandler(() => {
          trace.push('first');
          loop.setExceptionHandler(note('second'));
        });
        loop.callSoon(thrower(new Error('one')));
        loop.callSoon(thrower(new Error('two')));
        await turns(2);
      });
      deepEqual(trace, ['first', 'second']);
    });
  }),

  ...suite('ErrorHandlingLoop', 'callExceptionHandler()', (define) => {
    define('hands everything over to the handler', ({ loop, trace }) => {
      const context = { message: 'by hand', exception: new Error('no'), detail: 42 };
      loop.setExceptionHandler((owner, given) => trace.push(owner === loop, given === context || given));
      loop.callExceptionHandler(context);
      deepEqual(trace, [true, true]);
    });

    define('calls the default handler where none is set', ({ loop, trace }) => {
      loop.setExceptionHandler(null);
      loop.defaultExceptionHandler = ({ message }) => void trace.push(message);
      loop.callExceptionHandler({ message: 'by default' });
      deepEqual(trace, ['by default']);
    });

    define('never throws: what a handler throws is reported itself', async ({ loop }) => {
      loop.setExceptionHandler(thrower(new RangeError('thrown by the handler')));
      const written = await captureErrorOutput(() => {
        loop.callExceptionHandler({ message: 'the first report' });
      });
      ok(written.includes('thrown by the handler'), written);
    });

    define('never throws, whatever the default handler does', async ({ loop }) => {
      loop.setExceptionHandler(null);
      loop.defaultExceptionHandler = thrower(new RangeError('thrown by the default handler'));
      const written = await captureErrorOutput(() => {
        loop.callExceptionHandler({ message: 'the first report' });
      });
      ok(written.includes('thrown by the default handler'), written);
    });

    define('lets the loop go on after a handler that throws', async ({ loop, run, turns, trace, note }) => {
      await captureErrorOutput(() =>
        run(() => {
          loop.setExceptionHandler(thrower(new Error('thrown by the handler')));
          loop.callSoon(thrower(new Error('thrown by a callback')));
          loop.callSoon(note('next'));
          return turns(3);
        }),
      );
      deepEqual(trace, ['next']);
    });

    define('may be called outside of the loop', ({ loop, trace, note }) => {
      loop.setExceptionHandler(note('called'));
      loop.callExceptionHandler({ message: 'from outside' });
      deepEqual(trace, ['called']);
    });
  }),

  ...suite('ErrorHandlingLoop', 'defaultExceptionHandler()', (define) => {
    define('writes the message and the error to the error output', async ({ loop }) => {
      const written = await captureErrorOutput(() =>
        loop.defaultExceptionHandler({ message: 'what went wrong', exception: new RangeError('the cause') }),
      );
      ok(written.includes('what went wrong'), written);
      ok(written.includes('the cause'), written);
    });

    define('takes a report without an error', async ({ loop }) => {
      const written = await captureErrorOutput(() => loop.defaultExceptionHandler({ message: 'only words' }));
      ok(written.includes('only words'), written);
    });

    define('can be called by a handler for what it leaves', async ({ loop, run, turns }) => {
      const written = await captureErrorOutput(() =>
        run(() => {
          loop.setExceptionHandler((owner, context) => owner.defaultExceptionHandler(context));
          loop.callSoon(thrower(new Error('passed on')));
          return turns(2);
        }),
      );
      ok(written.includes('passed on'), written);
    });
  }),

  ...suite('ErrorHandlingLoop', 'an error', (define) => {
    define('that is no Error is reported as it is', async (c) => {
      const { loop, run, turns } = c;
      await run(() => {
        loop.callSoon(thrower('a string'));
        return turns(2);
      });
      equal(c.report().exception, 'a string');
    });

    define('of one callback stops no other, and no run', async (c) => {
      const { loop, run, turns, trace, note } = c;
      await run(() => {
        for (let n = 0; n < 3; n++) {
          loop.callSoon(thrower(new Error(`error ${n}`)));
          loop.callSoon(note(n));
        }
        return turns(2);
      });
      deepEqual(trace, [0, 1, 2]);
      equal(c.reports.splice(0).length, 3);
    });
  }),
];
