import { RuntimeError } from '@bight/contextvars';
import { type CaseDefinition, suite } from '../../case.js';
import { deepEqual, equal, fails } from '../../check.js';

/** Async generators that are still open. */
export const asyncgenCases: CaseDefinition[] = suite('TaskLoop', 'shutdownAsyncgens()', (define) => {
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
    'reports what a generator throws, and closes the rest',
    async (c) => {
      const { loop, task, trace, note } = c;
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
      const report = c.report();
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
});
