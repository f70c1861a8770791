import { ContextVar, RuntimeError, ValueError } from '@bight/contextvars';
import { type CaseDefinition, suite, WITH_SYSTEM } from '../case.js';
import type { CaseContext } from '../case-context.js';
import { deepEqual, equal, fails, throws } from '../check.js';

const colour = new ContextVar('colour', { default: 'none' });

// A signal that nothing else uses, and that is harmless by default.
const SIGNAL = 'SIGWINCH';
const OTHER = 'SIGURG';

/** Sends a signal to this process, and waits until it was delivered. */
async function send({ loop }: CaseContext, signal: NodeJS.Signals): Promise<void> {
  const delivered = new Promise<void>((resolve) => process.once(signal, () => resolve()));
  process.kill(process.pid, signal);
  await delivered;
  // Which listener runs first is unknown; the loop's own handling comes in the turns after it.
  for (let turn = 0; turn < 3; turn++) {
    await new Promise<void>((resolve) => setImmediate(() => loop.callSoonThreadsafe(resolve)));
  }
}

/** Signals. */
export const signalCases: CaseDefinition[] = [
  ...suite(
    'SignalLoop',
    'addSignalHandler()',
    (define) => {
      define('calls the handler in the loop, with its arguments', async (c) => {
        const { loop, run, trace } = c;
        await run(async () => {
          loop.addSignalHandler(SIGNAL, (...args: unknown[]) => trace.push(args), ['a', 1]);
          await send(c, SIGNAL);
          loop.removeSignalHandler(SIGNAL);
        });
        deepEqual(trace, [['a', 1]]);
      });

      define('calls the handler each time', async (c) => {
        const { loop, run, trace, note } = c;
        await run(async () => {
          loop.addSignalHandler(SIGNAL, note('signal'));
          await send(c, SIGNAL);
          await send(c, SIGNAL);
          loop.removeSignalHandler(SIGNAL);
        });
        deepEqual(trace, ['signal', 'signal']);
      });

      define('wakes a loop that waits', async (c) => {
        const { loop, run } = c;
        await run(
          () =>
            new Promise<void>((resolve) => {
              loop.addSignalHandler(SIGNAL, () => {
                loop.removeSignalHandler(SIGNAL);
                resolve();
              });
              setImmediate(() => process.kill(process.pid, SIGNAL));
            }),
        );
      });

      define('replaces the handler before', async (c) => {
        const { loop, run, trace, note } = c;
        await run(async () => {
          loop.addSignalHandler(SIGNAL, note('first'));
          loop.addSignalHandler(SIGNAL, note('second'));
          await send(c, SIGNAL);
          loop.removeSignalHandler(SIGNAL);
        });
        deepEqual(trace, ['second']);
      });

      define('keeps signals apart', async (c) => {
        const { loop, run, trace, note } = c;
        await run(async () => {
          loop.addSignalHandler(SIGNAL, note(SIGNAL));
          loop.addSignalHandler(OTHER, note(OTHER));
          await send(c, OTHER);
          await send(c, SIGNAL);
          loop.removeSignalHandler(SIGNAL);
          loop.removeSignalHandler(OTHER);
        });
        deepEqual(trace, [OTHER, SIGNAL]);
      });

      define('runs the handler in the context in which it was added', async (c) => {
        const { loop, run, trace } = c;
        await run(async () => {
          const token = colour.set('red');
          loop.addSignalHandler(SIGNAL, () => trace.push(colour.get()));
          colour.reset(token);
          await send(c, SIGNAL);
          loop.removeSignalHandler(SIGNAL);
        });
        deepEqual(trace, ['red']);
      });

      define(
        'reports what the handler throws',
        async (c) => {
          const { loop, run } = c;
          await run(async () => {
            loop.addSignalHandler(SIGNAL, () => {
              throw new RangeError('thrown by a signal handler');
            });
            await send(c, SIGNAL);
            loop.removeSignalHandler(SIGNAL);
          });
          equal(c.report().exception?.message, 'thrown by a signal handler');
        },
        { needs: ['ErrorHandlingLoop'] },
      );

      define('refuses signals that cannot be caught, or do not exist', ({ loop, note }) => {
        for (const signal of ['SIGKILL', 'SIGSTOP', 'SIGNONSENSE', 0, 1000]) {
          throws(() => loop.addSignalHandler(signal as never, note()), ValueError);
        }
      });

      define('refuses what is no function, and coroutine functions', ({ loop }) => {
        throws(() => loop.addSignalHandler(SIGNAL, null as never), TypeError);
        throws(() => loop.addSignalHandler(SIGNAL, async () => {}), TypeError);
        equal(loop.removeSignalHandler(SIGNAL), false);
      });

      define(
        'is refused by a closed loop',
        async ({ loop, note }) => {
          await fails(() => loop.addSignalHandler(SIGNAL, note()), RuntimeError, 'closed');
        },
        { states: ['closed'] },
      );
    },
    { states: WITH_SYSTEM },
  ),

  ...suite(
    'SignalLoop',
    'removeSignalHandler()',
    (define) => {
      define('says whether there was one', ({ loop, note }) => {
        equal(loop.removeSignalHandler(SIGNAL), false);
        loop.addSignalHandler(SIGNAL, note());
        equal(loop.removeSignalHandler(SIGNAL), true);
        equal(loop.removeSignalHandler(SIGNAL), false);
      });

      define('keeps the handler from being called', async (c) => {
        const { loop, run, trace, note } = c;
        await run(async () => {
          loop.addSignalHandler(SIGNAL, note('removed'));
          loop.removeSignalHandler(SIGNAL);
          await send(c, SIGNAL);
        });
        deepEqual(trace, []);
      });

      define('gives the signal back what it did before', ({ loop, note }) => {
        const before = process.listenerCount(SIGNAL);
        loop.addSignalHandler(SIGNAL, note());
        loop.removeSignalHandler(SIGNAL);
        equal(process.listenerCount(SIGNAL), before);
      });

      define('refuses signals that do not exist', ({ loop }) => {
        throws(() => loop.removeSignalHandler('SIGNONSENSE' as never), ValueError);
      });
    },
    { states: WITH_SYSTEM },
  ),

  ...suite(
    'SignalLoop',
    'close()',
    (define) => {
      define('removes the signal handlers', ({ loop, note }) => {
        const before = process.listenerCount(SIGNAL);
        loop.addSignalHandler(SIGNAL, note());
        loop.close();
        equal(process.listenerCount(SIGNAL), before);
      });
    },
    { states: ['fresh', 'stopped', 'debug'] },
  ),
];
