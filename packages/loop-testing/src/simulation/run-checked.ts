import type { ExceptionContext } from '@bight/loop-abstract';
import type { CoreEventLoop } from '@bight/loop-core';

/** Lets what is about to end come to its end, after the body of a test has returned. */
export type Settle<L> = (loop: L) => Promise<void>;

/**
 * Runs a test's body in a loop of its own, and closes that.
 *
 * @throws what the body throws; what the exception handler received
 * @throws {LeakError} when something is still open
 */
export async function runChecked<L extends CoreEventLoop, T>(
  loop: L,
  body: (loop: L) => PromiseLike<T>,
  settle: Settle<L>,
): Promise<T> {
  const reports: ExceptionContext[] = [];
  const collect = (_: unknown, report: ExceptionContext) => {
    reports.push(report);
  };
  loop.setExceptionHandler(collect);
  try {
    const result = await loop.runUntilComplete(async () => body(loop));
    await settle(loop);
    if (reports.length > 0) throw combine(reports);
    loop.assertNoLeaks();
    return result;
  } finally {
    if (!loop.isRunning()) loop.close();
  }
}

/** What reached only the exception handler. */
function combine(reports: readonly ExceptionContext[]): Error {
  const errors = reports.map(({ message, exception }) => new Error(message, { cause: exception }));
  return errors.length === 1
    ? (errors[0] as Error)
    : new AggregateError(errors, 'several errors were reported');
}
