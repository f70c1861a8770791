import type { ExecutorCallable } from '@bight/loop-abstract';
import type { Future } from '../futures/future.js';
import { getRunningLoop } from '../policy/running-loop.js';

/**
 * Runs a function in the default thread pool.
 *
 * @param func a self-contained function, or a reference made by `taskFrom()`.
 * @returns the future of its result.
 * @throws RuntimeError outside of a running loop. Reference: `asyncio.to_thread()`.
 */
export function toThread<A extends unknown[], R>(
  func: ExecutorCallable<A, R>,
  args?: readonly [...A] | null,
): Future<Awaited<R>> {
  return getRunningLoop().runInExecutor(null, func, args) as unknown as Future<Awaited<R>>;
}
