import { RuntimeError } from '@bight/contextvars';
import { captureErrorOutput } from '../capture-output.js';
import { type CaseDefinition, type LoopState, suite } from '../case.js';
import { equal, ok, throws } from '../check.js';

const DEBUG: readonly LoopState[] = ['debug'];
const NOT_DEBUG: readonly LoopState[] = ['fresh', 'running', 'stopped'];

/** Debug mode. */
export const debugCases: CaseDefinition[] = suite('DebugLoop', 'debug mode', (define) => {
  define(
    'is off unless the environment says otherwise',
    ({ loop }) => {
      equal(loop.getDebug(), (process.env.BIGHT_DEBUG ?? '') !== '');
    },
    { states: NOT_DEBUG },
  );

  define('is switched by setDebug()', ({ loop }) => {
    for (const enabled of [true, false, true]) {
      loop.setDebug(enabled);
      equal(loop.getDebug(), enabled);
    }
  });

  define('can be asked for on a closed loop', ({ loop }) => equal(typeof loop.getDebug(), 'boolean'), {
    states: ['closed'],
  });

  define(
    'calls a callback slow after a tenth of a second, at first',
    ({ loop }) => equal(loop.slowCallbackDuration, 0.1),
    { states: NOT_DEBUG },
  );

  define(
    'reports callbacks that take long',
    async ({ loop, run, turns }) => {
      loop.slowCallbackDuration = 0;
      const written = await captureErrorOutput(() =>
        run(() => {
          loop.callSoon(function slowCallback() {});
          return turns(2);
        }),
      );
      ok(written.includes('slowCallback'), written);
    },
    { states: DEBUG },
  );

  define(
    'says nothing of callbacks that are quick enough',
    async ({ loop, run, turns, note }) => {
      loop.slowCallbackDuration = 3600;
      const written = await captureErrorOutput(() =>
        run(() => {
          loop.callSoon(note('quick'));
          return turns(2);
        }),
      );
      equal(written, '');
    },
    { states: DEBUG },
  );

  define('when it is off reports no slow callbacks', async ({ loop, run, turns, note }) => {
    loop.setDebug(false);
    loop.slowCallbackDuration = 0;
    const written = await captureErrorOutput(() =>
      run(() => {
        loop.callSoon(note('slow'));
        return turns(2);
      }),
    );
    equal(written, '');
  });

  define(
    'refuses coroutine functions as callbacks',
    async ({ loop, run }) => {
      await run(() => {
        throws(() => loop.callSoon(async () => {}), TypeError);
        throws(() => loop.callLater(1, async () => {}), TypeError);
        throws(() => loop.callSoonThreadsafe(async () => {}), TypeError);
      });
    },
    { states: DEBUG },
  );

  define(
    'refuses callSoon() inside another loop, and takes callSoonThreadsafe()',
    async (c) => {
      const { loop, createLoop, run, trace, note } = c;
      const other = await createLoop();
      other.setDebug(true);
      const over = other.runForever();
      await run(
        () =>
          new Promise<void>((resolve) => {
            throws(() => other.callSoon(note('wrong')), RuntimeError);
            throws(() => other.callLater(0, note('wrong')), RuntimeError);
            other.callSoonThreadsafe(() => {
              trace.push('right');
              other.stop();
              loop.callSoonThreadsafe(resolve);
            });
          }),
      );
      await over;
      equal(trace.join(), 'right');
    },
    { states: DEBUG },
  );

  define(
    'says where a callback that fails was scheduled',
    async (c) => {
      const { loop, run, turns } = c;
      await run(function whereItWasScheduled() {
        loop.callSoon(() => {
          throw new Error('thrown');
        });
        return turns(2);
      });
      const { sourceTraceback } = c.report();
      ok(String(sourceTraceback).includes('whereItWasScheduled'), String(sourceTraceback));
    },
    { states: DEBUG, needs: ['ErrorHandlingLoop'] },
  );

  define('can be switched while the loop runs', async ({ loop, run, turns, trace, note }) => {
    await run(async () => {
      loop.setDebug(!loop.getDebug());
      loop.callSoon(note('switched'));
      await turns(1);
      loop.setDebug(!loop.getDebug());
      loop.callSoon(note('back'));
      await turns(1);
    });
    equal(trace.join(), 'switched,back');
  });
});
