import type { AbstractEventLoop, CoroutineFunction } from '@bight/loop-abstract';
import { CancelledError, TimeoutError } from '@bight/loop-abstract';
import { checkSeconds } from '@bight/loop-abstract/validate';
import type { Future } from '../futures/future.js';
import { isThenable } from '../futures/is-thenable.js';
import { release, watch } from '../futures/watch.js';
import { kEndsAt, kLoop } from '../internals.js';
import { checkCoroutine } from '../tasks/check-coroutine.js';
import { coroutine } from '../tasks/coroutine.js';
import { ensureFuture, loopFor } from '../tasks/ensure-future.js';
import { DependingFuture } from './depending-future.js';

/**
 * Waits for one awaitable, but no longer than a time; then it is cancelled, and waited for until it really has ended.
 *
 * @param awaitable - a future, a promise, or a coroutine function (which becomes a task)
 * @param timeout - in **seconds**; `null` for as long as it takes
 * @returns the future of its result
 * @throws {TimeoutError} (asynchronously) when the time is over
 * @python asyncio.wait_for()
 */
export function waitFor<T>(
  awaitable: PromiseLike<T> | CoroutineFunction<T>,
  timeout: number | null | undefined,
): Future<T> {
  if (timeout !== null && timeout !== undefined) checkSeconds(timeout, 'timeout');
  const loop = loopFor([awaitable]);
  if (timeout === null || timeout === undefined) return waitForever(awaitable, loop);
  return coroutine(loop, () => waitBriefly(awaitable, timeout, loop), { keepsContext: true });
}

/** Without a time-out nothing stands between: a coroutine function runs inline, as `await coro()` does. */
function waitForever<T>(
  awaitable: PromiseLike<T> | CoroutineFunction<T>,
  loop: AbstractEventLoop,
): Future<T> {
  if (isThenable(awaitable)) {
    const future = ensureFuture(awaitable, { loop });
    return coroutine(loop, function* () {
      return yield* future;
    });
  }
  checkCoroutine(awaitable);
  // In a run context of its own, a generator too: it is the caller's code, and runs in the caller's context and task.
  return coroutine(
    loop,
    () => (typeof awaitable === 'function' ? awaitable() : awaitable) as PromiseLike<T>,
    {
      isUserCode: true,
    },
  );
}

function* waitBriefly<T>(
  awaitable: PromiseLike<T> | CoroutineFunction<T>,
  timeoutSeconds: number,
  loop: AbstractEventLoop,
): Generator<unknown, T, unknown> {
  if (timeoutSeconds <= 0) {
    const future = ensureFuture(awaitable, { loop });
    if (future.done()) return future.result();
    yield* cancelAndWait(future);
    return outcomeInTime(future);
  }
  const awaited: Future<T>[] = [];
  const waiter = new DependingFuture<undefined>(loop, awaited);
  const timer = loop.callLater(timeoutSeconds, release, [waiter, undefined]);
  waiter[kEndsAt] = timer.when();
  try {
    const future = ensureFuture(awaitable, { loop });
    awaited.push(future);
    const watcher = watch(future, () => release(waiter, undefined));
    try {
      yield* waiter;
    } catch (error) {
      if (!(error instanceof CancelledError)) throw error;
      if (future.done()) return future.result();
      watcher.remove();
      // The cancel came from outside: it must not leave before the inner one has ended.
      yield* cancelAndWait(future);
      throw error;
    }
    if (future.done()) return future.result();
    watcher.remove();
    yield* cancelAndWait(future);
    return outcomeInTime(future);
  } finally {
    timer.cancel();
  }
}

/**
 * The result, if it came in spite of the cancel; else the time is over. A cancelled `gather()` has failed with its
 * error.
 */
function outcomeInTime<T>(future: Future<T>): T {
  try {
    return future.result();
  } catch (error) {
    if (error instanceof CancelledError) throw new TimeoutError(undefined, { cause: error });
    throw error;
  }
}

function* cancelAndWait<T>(future: Future<T>): Generator<unknown, void, unknown> {
  const waiter = new DependingFuture<undefined>(future[kLoop], [future]);
  const watcher = watch(future, () => release(waiter, undefined));
  try {
    future.cancel();
    // The caller was cancelled meanwhile: the inner future still has to end first.
    yield* waiter;
  } finally {
    watcher.remove();
  }
}
