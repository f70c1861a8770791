import type { CoreEventLoop } from '@bight/loop-core';
import { Failures } from './failures.js';

/** Lets what is about to end come to its end, after the body of a test has returned. */
export type Settle<L> = (loop: L) => Promise<void>;

/**
 * Runs a test's body in a loop of its own, and closes that.
 *
 * @param failures - takes what reaches no code of the test
 * @throws what the body throws; what the exception handler received, also when the loop was closed: exceptions that no
 *   code has retrieved
 * @throws {LeakError} when something is still open
 */
export async function runChecked<L extends CoreEventLoop, T>(
  loop: L,
  body: (loop: L) => PromiseLike<T>,
  settle: Settle<L>,
  failures = new Failures(loop),
): Promise<T> {
  let result: T;
  try {
    result = await loop.runUntilComplete(async () => body(loop));
    await settle(loop);
    const error = failures.toError();
    if (error !== null) throw error;
    loop.assertNoLeaks();
  } catch (error) {
    failures.isLost = true;
    throw error;
  } finally {
    failures.stamp();
    if (!loop.isRunning()) loop.close();
  }
  const late = failures.toError();
  if (late !== null) throw late;
  return result;
}
