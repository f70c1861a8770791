import type { AbstractEventLoop } from './abstract-event-loop.js';
import type { Coroutine } from './coroutine.js';
import type { CallOptions } from './handle.js';

/**
 * The result of an operation that may still be under way.
 *
 * It is awaited like a promise (`await future`, also through `Promise.all`), or with `yield* future` in a generator
 * coroutine. Unlike a promise it can be cancelled, and its state can be read at any time.
 *
 * @typeParam T - the type of the result
 * @python asyncio.Future
 */
export interface AbstractFuture<T = unknown> extends PromiseLike<T> {
  /**
   * Whether the future has a result or an exception, or was cancelled.
   *
   * @python asyncio.Future.done()
   */
  done(): boolean;

  /**
   * Whether the future was cancelled.
   *
   * @python asyncio.Future.cancelled()
   */
  cancelled(): boolean;

  /**
   * Cancels the future and schedules its callbacks.
   *
   * @param message - the message of the `CancelledError` that is thrown where the future is awaited
   * @returns `false` when the future is done already (nothing happens then), else `true`
   * @python asyncio.Future.cancel()
   */
  cancel(message?: string | null): boolean;

  /**
   * The result of a done future.
   *
   * @throws the future's exception, when it ended with one
   * @throws {CancelledError} when it was cancelled
   * @throws {InvalidStateError} when it is not done
   * @python asyncio.Future.result()
   */
  result(): T;

  /**
   * The exception of a done future, or `null` when it has a result. What a coroutine threw is returned as it is, also
   * where it is no `Error`.
   *
   * @throws {CancelledError} when it was cancelled
   * @throws {InvalidStateError} when it is not done
   * @python asyncio.Future.exception()
   */
  exception(): Error | null;

  /**
   * Ends the future with a result.
   *
   * @throws {InvalidStateError} when it is done already
   * @throws {RuntimeError} when it is a task
   * @python asyncio.Future.set_result()
   */
  setResult(result: T): void;

  /**
   * Ends the future with an exception.
   *
   * @throws {InvalidStateError} when it is done already
   * @throws {RuntimeError} when it is a task
   * @throws {TypeError} when `exception` is no `Error`
   * @python asyncio.Future.set_exception()
   */
  setException(exception: Error): void;

  /**
   * The loop calls `callback` with the future when it is done, through `callSoon()`, also when it is done already.
   *
   * @param callback - called with this future as its only argument
   * @param options - `context`: the context that the callback runs in; the current one when it is not given
   * @python asyncio.Future.add_done_callback()
   */
  addDoneCallback(callback: (future: this) => unknown, options?: CallOptions | null): void;

  /**
   * Removes a callback, as often as it was added.
   *
   * @returns how often it was removed
   * @python asyncio.Future.remove_done_callback()
   */
  removeDoneCallback(callback: (future: this) => unknown): number;

  /**
   * The loop that the future belongs to.
   *
   * @python asyncio.Future.get_loop()
   */
  getLoop(): AbstractEventLoop;

  /**
   * Waits for the future, as `await` does. The future knows the task that awaits it, so that cancelling the task
   * cancels the future.
   */
  then<R1 = T, R2 = never>(
    onFulfilled?: ((value: T) => R1 | PromiseLike<R1>) | null,
    onRejected?: ((reason: unknown) => R2 | PromiseLike<R2>) | null,
  ): Promise<R1 | R2>;

  /** As `promise.catch()`. */
  catch<R = never>(onRejected?: ((reason: unknown) => R | PromiseLike<R>) | null): Promise<T | R>;

  /** As `promise.finally()`. */
  finally(onFinally?: (() => void) | null): Promise<T>;

  /**
   * For `const value = yield* future` in generator coroutines.
   *
   * @python asyncio.Future.__iter__
   */
  [Symbol.iterator](): Coroutine<T>;
}
