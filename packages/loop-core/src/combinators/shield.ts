import type { CoroutineFunction } from '@bight/loop-abstract';
import type { Future } from '../futures/future.js';
import { copyOutcome, watch } from '../futures/watch.js';
import { kLoop, kRetrieve } from '../internals.js';
import { ensureFuture } from '../tasks/ensure-future.js';
import { DependingFuture } from './depending-future.js';

/**
 * Protects an awaitable from being cancelled: cancelling what is returned leaves the inner one running.
 *
 * @param awaitable a future, a promise, or a coroutine function (which becomes a task).
 * @returns a future with the same outcome. Reference: `asyncio.shield()`.
 */
export function shield<T>(awaitable: PromiseLike<T> | CoroutineFunction<T>): Future<T> {
  const inner = ensureFuture(awaitable);
  if (inner.done()) return inner;
  const outer = new DependingFuture<T>(inner[kLoop], [inner]);
  const innerWatcher = watch(inner, () => {
    if (outer.done()) inner[kRetrieve]();
    else copyOutcome(inner, outer);
  });
  watch(outer, () => innerWatcher.remove());
  return outer;
}
