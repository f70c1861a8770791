import type { CoroutineFunction } from '../coroutine.js';
import type { AbstractFuture } from '../future.js';
import type { AbstractTask, TaskFactory, TaskOptions } from '../task.js';

/**
 * Makes futures and tasks, and closes what coroutines left open.
 *
 * The reference's section "Creating Futures and Tasks", and `loop.shutdown_asyncgens()`.
 */
export interface TaskLoop {
  /**
   * Makes a future that belongs to the loop.
   *
   * @python loop.create_future()
   */
  createFuture<T = unknown>(): AbstractFuture<T>;

  /**
   * Makes a task of a coroutine function. It starts in a later iteration.
   *
   * @param coro - an async function, a function that returns a future, or a generator function
   * @param options - `name`: for debugging; `context`: the context to run in, a copy of the current one when not given
   * @returns the task, or what the task factory makes
   * @throws {TypeError} for a promise: it runs already, so pass the function, or use `wrapFuture(promise)`
   * @throws {RuntimeError} when the loop is closed
   * @python loop.create_task()
   */
  createTask<T>(coro: CoroutineFunction<T>, options?: TaskOptions | null): AbstractTask<T>;

  /**
   * The tasks of the loop's own kind that are not done: for `allTasks()`, and for the end of `run()`, which cancels
   * them. A loop whose tasks are those of `@bight/loop-core` need not have it.
   *
   * @python asyncio._register_task()
   */
  unfinishedTasks?(): Iterable<AbstractTask<unknown>>;

  /**
   * Sets the function that makes the tasks of `createTask()`.
   *
   * @param factory - called with the loop, the coroutine function and the options; `null` for the loop's own
   * @throws {TypeError} when it is neither a function nor `null`
   * @python loop.set_task_factory()
   */
  setTaskFactory(factory: TaskFactory | null): void;

  /**
   * The task factory, `null` for the loop's own.
   *
   * @python loop.get_task_factory()
   */
  getTaskFactory(): TaskFactory | null;

  /**
   * The loop closes an async generator in `shutdownAsyncgens()` unless it has ended by then. Python's interpreter
   * reports every async generator to its loop. JavaScript's does not, so the program calls this.
   *
   * @param asyncgen - the generator
   * @returns the same generator
   */
  trackAsyncgen<G extends AsyncGenerator<unknown, unknown, unknown>>(asyncgen: G): G;

  /**
   * Closes, with `return()`, the async generators that are open and known to the loop, and waits for that. To track
   * another one afterwards gives a warning.
   *
   * @python loop.shutdown_asyncgens()
   */
  shutdownAsyncgens(): AbstractFuture<void>;
}
