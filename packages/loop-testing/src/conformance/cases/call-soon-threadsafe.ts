import { setTimeout as hostTimer, setImmediate as hostTurn } from 'node:timers/promises';
import { ContextVar, copyContext, RuntimeError } from '@bight/contextvars';
import { type CaseDefinition, suite } from '../case.js';
import { deepEqual, equal, throws } from '../check.js';

const colour = new ContextVar('colour', { default: 'none' });

/** `callSoonThreadsafe()`. */
export const callSoonThreadsafeCases: CaseDefinition[] = suite(
  'SchedulingLoop',
  'callSoonThreadsafe()',
  (define) => {
    define('wakes a loop that waits, from an immediate of the host', async ({ loop, run, trace, note }) => {
      await run(async () => {
        await hostTurn();
        await hostTurn();
        await new Promise<void>((resolve) => {
          loop.callSoonThreadsafe(note('woken'));
          loop.callSoonThreadsafe(resolve);
        });
      });
      deepEqual(trace, ['woken']);
    });

    define('wakes a loop that waits, from a timer of the host', async ({ loop, run, trace, note }) => {
      await run(async () => {
        await hostTimer(2);
        await new Promise<void>((resolve) => loop.callSoonThreadsafe(resolve));
        note('woken')();
      });
      deepEqual(trace, ['woken']);
    });

    define('wakes a loop that waits for a timer', async ({ loop, run, trace }) => {
      await run(async () => {
        const timer = loop.callLater(3600, () => trace.push('an hour later'));
        await new Promise<void>((resolve) => {
          // The clock of the loop may jump to its next timer when there is nothing else to do.
          process.nextTick(() => loop.callSoonThreadsafe(resolve));
        });
        timer.cancel();
      });
      deepEqual(trace, []);
    });

    define('keeps its order, also with callSoon()', async ({ loop, run, turns, trace, note }) => {
      await run(() => {
        loop.callSoonThreadsafe(note(1));
        loop.callSoon(note(2));
        loop.callSoonThreadsafe(note(3));
        loop.callSoon(note(4));
        return turns(2);
      });
      deepEqual(trace, [1, 2, 3, 4]);
    });

    define('does not run the callback before it returns', async ({ loop, trace, run, note }) => {
      await run(async () => {
        await hostTurn();
        await new Promise<void>((resolve) => {
          loop.callSoonThreadsafe(note('callback'));
          loop.callSoonThreadsafe(resolve);
          trace.push('returned');
        });
      });
      deepEqual(trace, ['returned', 'callback']);
    });

    define('hands the arguments over', async ({ loop, run, turns, trace }) => {
      await run(() => {
        loop.callSoonThreadsafe((a: number, b: string) => trace.push(a, b), [1, 'b']);
        return turns(2);
      });
      deepEqual(trace, [1, 'b']);
    });

    define('runs the callback in the context of when it was called, or in the given one', async (c) => {
      const { loop, run, turns, trace } = c;
      const context = copyContext();
      context.run(() => colour.set('blue'));
      await run(() => {
        const callback = () => trace.push(colour.get());
        const token = colour.set('red');
        loop.callSoonThreadsafe(callback);
        colour.reset(token);
        loop.callSoonThreadsafe(callback, null, { context });
        return turns(2);
      });
      deepEqual(trace, ['red', 'blue']);
    });

    define('returns a handle that cancels', async ({ loop, run, turns, trace, note }) => {
      await run(() => {
        const handle = loop.callSoonThreadsafe(note('cancelled'));
        handle.cancel();
        equal(handle.cancelled(), true);
        return turns(2);
      });
      deepEqual(trace, []);
    });

    define('refuses what is not a function', async ({ loop, run }) => {
      await run(() => void throws(() => loop.callSoonThreadsafe(1 as never), TypeError));
    });

    define(
      'is refused by a closed loop',
      ({ loop, note }) => void throws(() => loop.callSoonThreadsafe(note()), RuntimeError, 'closed'),
      { states: ['closed'] },
    );
  },
);
