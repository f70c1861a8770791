import type { Executor, ExecutorCallable } from '../executor.js';
import type { AbstractFuture } from '../future.js';

/**
 * Runs functions in pools of threads or processes.
 *
 * Stands for the section "Executing code in thread or process pools" of the reference, and for
 * `loop.shutdown_default_executor()`.
 */
export interface ExecutorLoop {
  /**
   * Has a function called in an executor. Stands for `loop.run_in_executor(executor, func, *args)`.
   *
   * @param executor where; `null` for the default executor
   * @param func a function that stands by itself, or a reference to an exported one
   * @param args its arguments, which are cloned
   * @returns the future of its result; cancelling it cancels a call that has not begun
   * @throws {RuntimeError} when the default executor was shut down, or the loop is closed
   */
  runInExecutor<A extends unknown[], R>(
    executor: Executor | null | undefined,
    func: ExecutorCallable<A, R>,
    args?: readonly [...A] | null,
  ): AbstractFuture<Awaited<R>>;

  /**
   * Sets the executor that `runInExecutor(null, …)` uses. Stands for `loop.set_default_executor(executor)`.
   *
   * @throws {TypeError} when it is no pool of threads
   */
  setDefaultExecutor(executor: Executor): void;

  /**
   * Shuts the default executor down and waits for its work to end; `runInExecutor(null, …)` throws from then on.
   * Stands for `loop.shutdown_default_executor(timeout)`.
   *
   * @param options `timeout`: seconds to wait; then a `RuntimeWarning` is emitted and the executor is terminated. No
   *   limit when it is not given
   */
  shutdownDefaultExecutor(options?: { timeout?: number | null | undefined } | null): AbstractFuture<void>;
}
