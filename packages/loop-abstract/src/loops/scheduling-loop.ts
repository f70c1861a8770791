import type { AwaitableArgument } from '../coroutine.js';
import type { CallOptions, Handle, TimerHandle } from '../handle.js';

/**
 * Runs callbacks: soon, or at a time, in order.
 *
 * The reference's sections "Running and stopping the loop", "Scheduling callbacks" and "Scheduling delayed callbacks".
 * Every scheduling method throws a `TypeError` when `callback` is no function, and a `RuntimeError` when the loop is
 * closed.
 */
export interface SchedulingLoop {
  /**
   * Runs the loop until `future` is done. In Python it blocks; here it returns a promise.
   *
   * @param future - a future, a coroutine function, of which a task is made, or a promise
   * @returns a promise of its result
   * @throws {RuntimeError} when the loop runs already, is closed, or is stopped before the future is done
   * @python loop.run_until_complete()
   */
  runUntilComplete<T>(future: AwaitableArgument<T> | PromiseLike<T>): Promise<T>;

  /**
   * Runs the loop until `stop()` is called, and keeps the process alive meanwhile. After a `stop()` that came before,
   * it runs what is ready once, and ends. In Python it blocks; here it returns a promise.
   *
   * @throws {RuntimeError} when the loop runs already or is closed
   * @python loop.run_forever()
   */
  runForever(): Promise<void>;

  /**
   * Ends the run after the current batch of callbacks; what these schedule stays for the next run.
   *
   * @python loop.stop()
   */
  stop(): void;

  /**
   * Whether the loop is running.
   *
   * @python loop.is_running()
   */
  isRunning(): boolean;

  /**
   * Whether the loop was closed.
   *
   * @python loop.is_closed()
   */
  isClosed(): boolean;

  /**
   * Closes the loop for good: what is scheduled is dropped, the default executor is shut down and not waited for.
   * Without effect on a closed loop.
   *
   * @throws {RuntimeError} when the loop is running
   * @python loop.close()
   */
  close(): void;

  /**
   * The loop calls `callback` in its next iteration, after what was scheduled before it, exactly once.
   *
   * @param callback - what to call
   * @param args - its arguments
   * @param options - `context`: the context that it runs in; the current one when it is not given
   * @returns a handle to cancel it with
   * @python loop.call_soon()
   */
  callSoon<A extends unknown[]>(
    callback: (...args: A) => unknown,
    args?: readonly [...A] | null,
    options?: CallOptions | null,
  ): Handle;

  /**
   * As `callSoon()`, and wakes a loop that waits: for callbacks of the host, which do not run inside the loop. Another
   * thread has no access to this object; it goes through `exposeThreadsafe()`.
   *
   * @param callback - what to call
   * @param args - its arguments
   * @param options - `context`: the context that it runs in; the current one when it is not given
   * @returns a handle to cancel it with
   * @python loop.call_soon_threadsafe()
   */
  callSoonThreadsafe<A extends unknown[]>(
    callback: (...args: A) => unknown,
    args?: readonly [...A] | null,
    options?: CallOptions | null,
  ): Handle;

  /**
   * The loop calls `callback` after a delay, exactly once. Callbacks for the same time run in the order in which they
   * were scheduled (undefined in CPython).
   *
   * @param delay - seconds, of any length; at once when it is 0 or less
   * @param callback - what to call
   * @param args - its arguments
   * @param options - `context`: the context that it runs in; the current one when it is not given
   * @returns a handle to cancel it with
   * @throws {ValueError} when `delay` is NaN
   * @python loop.call_later()
   */
  callLater<A extends unknown[]>(
    delay: number,
    callback: (...args: A) => unknown,
    args?: readonly [...A] | null,
    options?: CallOptions | null,
  ): TimerHandle;

  /**
   * The loop calls `callback` at a time, exactly once.
   *
   * @param when - seconds on the clock of `time()`
   * @param callback - what to call
   * @param args - its arguments
   * @param options - `context`: the context that it runs in; the current one when it is not given
   * @returns a handle to cancel it with
   * @throws {ValueError} when `when` is NaN
   * @python loop.call_at()
   */
  callAt<A extends unknown[]>(
    when: number,
    callback: (...args: A) => unknown,
    args?: readonly [...A] | null,
    options?: CallOptions | null,
  ): TimerHandle;

  /**
   * The loop's time in seconds: it never goes back, and where it began means nothing.
   *
   * @python loop.time()
   */
  time(): number;
}
