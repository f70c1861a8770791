import { ContextVar, copyContext, RuntimeError, ValueError } from '@bight/contextvars';
import { type CaseDefinition, suite } from '../case.js';
import { deepEqual, equal, ok, throws } from '../check.js';

const colour = new ContextVar('colour', { default: 'none' });

// Long enough to distinguish orders, short enough to wait for on a real clock.
const SHORT = 0.002;

/** `callLater()`, `callAt()` and `time()`. */
export const timerCases: CaseDefinition[] = [
  ...suite('SchedulingLoop', 'callLater()', (define) => {
    define('runs callbacks in the order of their times', async ({ loop, run, trace, note }) => {
      const delays = [4, 1, 3, 2].map((n) => n * SHORT);
      const timers = await run(
        () =>
          new Promise<[name: number, when: number][]>((resolve) => {
            const set = delays.map((delay): [number, number] => [
              delay,
              loop.callLater(delay, note(delay)).when(),
            ]);
            loop.callAt(Math.max(...set.map(([, when]) => when)), () => resolve(set));
          }),
      );
      const inOrder = timers.sort(([, a], [, b]) => a - b).map(([name]) => name);
      deepEqual(trace, inOrder);
    });

    define('does not run a callback before its time', async ({ loop, run }) => {
      const [before, after] = await run(
        () =>
          new Promise<[number, number]>((resolve) => {
            const began = loop.time();
            loop.callLater(SHORT * 5, () => resolve([began, loop.time()]));
          }),
      );
      ok(after - before >= SHORT * 5 - 1e-9, `it ran after ${after - before} s instead of ${SHORT * 5} s`);
    });

    define('does not run timers early, however often the loop turns', async ({ loop, run }) => {
      await run(
        () =>
          new Promise<void>((resolve, reject) => {
            let turns = 200;
            const spin = () => {
              if (turns-- > 0) loop.callSoon(spin);
            };
            const timer = loop.callLater(SHORT * 5, () => {
              const late = loop.time() - timer.when();
              if (late < 0) reject(new Error(`${-late} s early`));
              else resolve();
            });
            spin();
          }),
      );
    });

    define('gives the time at which the callback is due', async ({ loop, run, note }) => {
      await run(() => {
        const before = loop.time();
        const timer = loop.callLater(10, note());
        const after = loop.time();
        ok(timer.when() >= before + 10 && timer.when() <= after + 10);
        timer.cancel();
      });
    });

    define('of nothing, or less, runs the callback in the next iteration, in order', async (c) => {
      const { loop, run, turns, trace, note } = c;
      await run(() => {
        loop.callLater(0, note('zero'));
        loop.callLater(-1, note('negative'));
        trace.push('returned');
        loop.callSoon(note('soon'));
        return turns(4);
      });
      equal(trace[0], 'returned');
      deepEqual(trace.slice(1).sort(), ['negative', 'soon', 'zero']);
    });

    define('runs the callbacks behind those that were ready', async ({ loop, run, turns, trace, note }) => {
      await run(() => {
        loop.callSoon(note('soon'));
        loop.callLater(-1, note('timer'));
        loop.callSoon(note('also soon'));
        return turns(4);
      });
      deepEqual(trace, ['soon', 'also soon', 'timer']);
    });

    define('from a timer takes another iteration', async ({ loop, run, turns, trace, note }) => {
      await run(() => {
        loop.callLater(-1, () => {
          trace.push('timer');
          loop.callLater(-1, note('inner timer'));
          loop.callSoon(note('soon'));
        });
        return turns(6);
      });
      deepEqual(trace, ['timer', 'soon', 'inner timer']);
    });

    define('hands the arguments over, and runs the callback once', async ({ loop, run, trace }) => {
      await run(
        () =>
          new Promise<void>((resolve) => {
            loop.callLater(0, (a: string, b: number) => trace.push(a, b), ['a', 2]);
            loop.callLater(SHORT, resolve);
          }),
      );
      deepEqual(trace, ['a', 2]);
    });

    define('does not run a callback whose handle was cancelled', async ({ loop, run, trace, note }) => {
      await run(
        () =>
          new Promise<void>((resolve) => {
            const timer = loop.callLater(SHORT, note('cancelled'));
            loop.callLater(SHORT * 2, resolve);
            timer.cancel();
            equal(timer.cancelled(), true);
            timer.cancel();
          }),
      );
      deepEqual(trace, []);
    });

    define(
      'lets a timer cancel another one that is due as well',
      async ({ loop, run, turns, trace, note }) => {
        await run(() => {
          const when = loop.time();
          loop.callAt(when, () => {
            trace.push('first');
            second.cancel();
          });
          const second = loop.callAt(when, note('second'));
          return turns(5);
        });
        deepEqual(trace, ['first']);
      },
    );

    define('does not let a cancelled timer hold up those behind it', async ({ loop, run, trace, note }) => {
      await run(
        () =>
          new Promise<void>((resolve) => {
            const timers = [1, 2, 3].map((n) => loop.callLater(SHORT * n, note('cancelled')));
            loop.callLater(SHORT * 4, note('kept'));
            loop.callLater(SHORT * 5, resolve);
            for (const timer of timers) timer.cancel();
          }),
      );
      deepEqual(trace, ['kept']);
    });

    define('takes delays of more than 24.8 days', async ({ loop, run, turns, trace, note }) => {
      await run(async () => {
        const timers = [2 ** 31 / 1000 + 1, 1e9].map((delay) => loop.callLater(delay, note('too early')));
        await turns(3);
        await new Promise<void>((resolve) => {
          loop.callLater(SHORT, resolve);
        });
        for (const timer of timers) timer.cancel();
      });
      deepEqual(trace, []);
    });

    define('takes an infinite delay, which never ends', async ({ loop, run, trace, note }) => {
      await run(async () => {
        const never = loop.callLater(Number.POSITIVE_INFINITY, note('never'));
        await new Promise<void>((resolve) => {
          loop.callLater(SHORT, resolve);
        });
        never.cancel();
      });
      deepEqual(trace, []);
    });

    define('wakes a loop that waits for a later timer', async ({ loop, run, trace, note }) => {
      await run(
        () =>
          new Promise<void>((resolve) => {
            const late = loop.callLater(3600, note('late'));
            loop.callSoon(() => {
              loop.callLater(SHORT, () => {
                late.cancel();
                resolve();
              });
            });
          }),
      );
      deepEqual(trace, []);
    });

    define('runs the callback in the context of when it was scheduled, or in the given one', async (c) => {
      const { loop, run, trace } = c;
      const context = copyContext();
      context.run(() => colour.set('blue'));
      await run(
        () =>
          new Promise<void>((resolve) => {
            const callback = () => trace.push(colour.get());
            const token = colour.set('red');
            loop.callLater(0, callback);
            colour.reset(token);
            loop.callLater(0, callback, null, { context });
            loop.callLater(SHORT, resolve);
          }),
      );
      deepEqual(trace, ['red', 'blue']);
    });

    define('gives the context through the handle', async ({ loop, run, note }) => {
      const context = copyContext();
      await run(() => {
        const timer = loop.callLater(10, note(), null, { context });
        equal(timer.getContext(), context);
        timer.cancel();
      });
    });

    define('refuses a delay that is no number', async ({ loop, run, note }) => {
      await run(() => {
        throws(() => loop.callLater(Number.NaN, note()), ValueError);
        throws(() => loop.callLater('1' as never, note()), TypeError);
      });
    });

    define('refuses what is not a function', async ({ loop, run }) => {
      await run(() => void throws(() => loop.callLater(1, null as never), TypeError));
    });

    define(
      'reports what the callback throws, and goes on',
      async (c) => {
        const { loop, run } = c;
        await run(
          () =>
            new Promise<void>((resolve) => {
              loop.callLater(0, () => {
                throw new RangeError('thrown by a timer');
              });
              loop.callLater(SHORT, resolve);
            }),
        );
        equal(c.report().exception?.message, 'thrown by a timer');
      },
      { needs: ['ErrorHandlingLoop'] },
    );

    define(
      'is refused by a closed loop',
      ({ loop, note }) => void throws(() => loop.callLater(1, note()), RuntimeError, 'closed'),
      { states: ['closed'] },
    );
  }),

  ...suite('SchedulingLoop', 'callAt()', (define) => {
    define(
      'runs callbacks of the same time in the order of scheduling',
      async ({ loop, run, trace, note }) => {
        await run(
          () =>
            new Promise<void>((resolve) => {
              const when = loop.time() + SHORT;
              for (let n = 0; n < 20; n++) loop.callAt(when, note(n));
              loop.callAt(when, resolve);
            }),
        );
        deepEqual(
          trace,
          Array.from({ length: 20 }, (_, n) => n),
        );
      },
    );

    define('keeps the order when times of all kinds are mixed', async ({ loop, run, trace, note }) => {
      await run(
        () =>
          new Promise<void>((resolve) => {
            const now = loop.time();
            for (const n of [5, 3, 9, 1, 7, 3, 5, 0, 9, 1]) loop.callAt(now + n * 0.0005, note(n));
            loop.callAt(now + 0.006, resolve);
          }),
      );
      deepEqual(trace, [0, 1, 1, 3, 3, 5, 5, 7, 9, 9]);
    });

    define('keeps the time exactly', async ({ loop, run, note }) => {
      await run(() => {
        const when = loop.time() + 12.345;
        const timer = loop.callAt(when, note());
        equal(timer.when(), when);
        timer.cancel();
      });
    });

    define('runs the callback soon when the time has passed', async ({ loop, run, turns, trace, note }) => {
      await run(() => {
        loop.callAt(loop.time() - 100, note('past'));
        return turns(4);
      });
      deepEqual(trace, ['past']);
    });

    define('refuses a time that is no number, and what is not a function', async ({ loop, run, note }) => {
      await run(() => {
        throws(() => loop.callAt(Number.NaN, note()), ValueError);
        throws(() => loop.callAt(null as never, note()), TypeError);
        throws(() => loop.callAt(0, 'callback' as never), TypeError);
      });
    });

    define(
      'is refused by a closed loop',
      ({ loop, note }) => void throws(() => loop.callAt(0, note()), RuntimeError, 'closed'),
      { states: ['closed'] },
    );
  }),

  ...suite('SchedulingLoop', 'time()', (define) => {
    define(
      'is a finite number',
      ({ loop }) => {
        ok(Number.isFinite(loop.time()));
      },
      { states: ['fresh', 'running', 'stopped', 'closed', 'debug'] },
    );

    define('never goes back', async ({ loop, run, turns }) => {
      await run(async () => {
        let last = loop.time();
        for (let n = 0; n < 20; n++) {
          await turns(1);
          const now = loop.time();
          ok(now >= last);
          last = now;
        }
      });
    });
  }),
];
