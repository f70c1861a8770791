import type { CoroutineFunction } from '@bight/loop-abstract';
import type { Future } from '../futures/future.js';
import { copyOutcome, watch } from '../futures/watch.js';
import { kLoop, kRetrieve } from '../internals.js';
import { type Callback, Handle } from '../scheduling/handle.js';
import { ensureFuture } from '../tasks/ensure-future.js';
import { DependingFuture } from './depending-future.js';

/**
 * Protects an awaitable from being cancelled: cancelling what is returned leaves the inner one running.
 *
 * @param awaitable - a future, a promise, or a coroutine function (which becomes a task)
 * @returns a future with the same outcome
 * @python asyncio.shield()
 */
export function shield<T>(awaitable: PromiseLike<T> | CoroutineFunction<T>): Future<T> {
  const inner = ensureFuture(awaitable);
  if (inner.done()) return inner;
  const outer = new DependingFuture<T>(inner[kLoop], [inner]);
  const innerWatcher = watch(inner, () => handOn(inner, outer));
  watch(outer, () => innerWatcher.remove());
  return outer;
}

function handOn<T>(inner: Future<T>, outer: Future<T>): void {
  if (outer.cancelled()) {
    inner[kRetrieve]();
    return;
  }
  try {
    copyOutcome(inner, outer);
  } catch (error) {
    // The outer future was ended by hand, in this very turn: the caller's mistake, reported as that of a callback.
    const loop = outer[kLoop];
    const handle = new Handle(handOn as Callback, [inner, outer], loop, null, false);
    loop.callExceptionHandler({
      message: 'Exception in callback of shield()',
      exception: error as Error,
      handle,
    });
  }
}
