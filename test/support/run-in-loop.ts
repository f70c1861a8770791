import type { ExceptionContext } from '../../packages/loop-abstract/src/index.js';
import type { CoreEventLoop } from '../../packages/loop-core/src/index.js';

/** What a test does inside of a loop. */
export type Main<L, T> = (loop: L) => PromiseLike<T> | Generator<unknown, T, unknown>;

/** How a test's loop is set up and left. */
export interface RunOptions<L> {
  /**
   * What happens with the reports to the exception handler: they fail the test (by default), go to a list, or are
   * printed as usual.
   */
  readonly reports?: 'fail' | 'print' | ExceptionContext[];
  /** Runs in the loop when the test is over: closes what the test left open, or waits for its end. */
  readonly after?: (loop: L) => PromiseLike<void>;
}

/** Runs a coroutine function in a new loop, and closes the loop. The harness of all packages' tests. */
export async function runInLoop<L extends CoreEventLoop, T>(
  Loop: new () => L,
  main: Main<L, T>,
  { reports = 'fail', after }: RunOptions<L> = {},
): Promise<T> {
  const loop = new Loop();
  const noted: ExceptionContext[] = [];
  if (reports !== 'print') loop.setExceptionHandler((_loop, context) => noted.push(context));
  try {
    const result = await loop.runUntilComplete<T>((() => main(loop)) as () => PromiseLike<T>);
    if (Array.isArray(reports)) reports.push(...noted.splice(0));
    if (after !== undefined) await loop.runUntilComplete(() => after(loop));
    if (reports === 'fail' && noted.length > 0) throw unexpected(noted);
    return result;
  } finally {
    loop.close();
  }
}

function unexpected(reports: readonly ExceptionContext[]): Error {
  const errors = reports.map(({ message, exception }) => new Error(message, { cause: exception }));
  const [first] = errors as [Error];
  return new AggregateError(errors, `unexpected report: ${first.message}`, { cause: first.cause });
}
