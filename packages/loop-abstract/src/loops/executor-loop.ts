import type { Executor, ExecutorCallable } from '../executor.js';
import type { AbstractFuture } from '../future.js';

/**
 * Runs functions in pools of threads or processes.
 *
 * The reference's section "Executing code in thread or process pools", and `loop.shutdown_default_executor()`.
 */
export interface ExecutorLoop {
  /**
   * The executor calls a function, in its pool.
   *
   * @param executor - where; `null` for the default executor
   * @param func - a function that stands by itself, or a reference to an exported one
   * @param args - its arguments, which are cloned
   * @returns the future of its result; cancelling it cancels a call that has not begun
   * @throws {RuntimeError} when the default executor was shut down, or the loop is closed
   * @python loop.run_in_executor()
   */
  runInExecutor<A extends unknown[], R>(
    executor: Executor | null | undefined,
    func: ExecutorCallable<A, R>,
    args?: readonly [...A] | null,
  ): AbstractFuture<Awaited<R>>;

  /**
   * Sets the executor that `runInExecutor(null, …)` uses.
   *
   * @throws {TypeError} when it is no pool of threads
   * @python loop.set_default_executor()
   */
  setDefaultExecutor(executor: Executor): void;

  /**
   * Shuts the default executor down and waits for its work to end; `runInExecutor(null, …)` throws from then on.
   *
   * @param options - `timeout`: seconds to wait; then a `RuntimeWarning` is emitted and the executor is terminated. No
   *   limit when it is not given
   * @python loop.shutdown_default_executor()
   */
  shutdownDefaultExecutor(options?: { timeout?: number | null | undefined } | null): AbstractFuture<void>;
}
