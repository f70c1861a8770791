import type { AbstractEventLoop, CoroutineFunction } from '@bight/loop-abstract';
import type { Future } from '../futures/future.js';
import { checkCoroutine } from '../tasks/check-coroutine.js';
import { ensureFuture } from '../tasks/ensure-future.js';
import { ConcurrentFuture, type FutureControl } from './concurrent-future.js';

/**
 * Runs a coroutine function in a loop, from outside of it: from another loop, or from a callback of the host. (Another
 * thread has no access to the loop; it goes through `loop.exposeThreadsafe()`.)
 *
 * @param coro - an async function or a generator function
 * @param loop - the loop that runs it, now or later
 * @returns the future of its result, which belongs to no loop; to cancel it cancels the coroutine
 * @throws {TypeError} unless `coro` is a coroutine function
 * @throws {RuntimeError} when the loop is closed
 * @python asyncio.run_coroutine_threadsafe()
 */
export function runCoroutineThreadsafe<T>(
  coro: CoroutineFunction<T>,
  loop: AbstractEventLoop,
): ConcurrentFuture<T> {
  checkCoroutine(coro);
  let control!: FutureControl<T>;
  let task: Future<T> | null = null;
  const start = (): void => {
    if (concurrent.done()) return;
    try {
      task = ensureFuture(coro as CoroutineFunction<T>, { loop });
    } catch (error) {
      control.setException(error);
      throw error;
    }
    task.addDoneCallback((done) => {
      if (done.cancelled()) {
        control.setCancelled();
        return;
      }
      const exception = done.exception();
      if (exception === null) control.setResult(done.result());
      else control.setException(exception);
    });
  };
  const concurrent = new ConcurrentFuture<T>(
    (given) => {
      control = given;
    },
    () => {
      if (task !== null && !loop.isClosed()) loop.callSoonThreadsafe(() => task?.cancel());
    },
    (exception) => {
      const message = 'Exception in a callback of a concurrent future';
      loop.callExceptionHandler({ message, exception: exception as Error });
    },
  );
  loop.callSoonThreadsafe(start);
  return concurrent;
}
