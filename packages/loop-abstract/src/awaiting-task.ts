import type { AbstractFuture } from './future.js';

/**
 * What a task is to the futures that its code awaits: the seam between one library's tasks and another's futures.
 *
 * JavaScript does not show what an async function waits for. So the task whose code runs stands in the run context (the
 * `task` of `RunContext`, in `@bight/contextvars/low-level`). When `await` calls a future's `then()`, the future looks
 * there and calls the task. With that, cancelling the task cancels the future, whichever libraries made the two. In
 * Python a coroutine hands what it waits for to its task.
 */
export interface AwaitingTask {
  /**
   * The task's code waits for `future` from now on, perhaps beside others (`Promise.all`). A task that is asked to
   * cancel meanwhile cancels the future; one that was asked before, and found nothing to cancel, cancels it at once.
   */
  awaiting(future: AbstractFuture<unknown>): void;

  /**
   * `future` is done, and the code that waited for it is about to go on: inside the callback of the loop that resumes
   * it.
   *
   * @returns the error to throw there instead of the future's outcome, when the task was asked to cancel after the
   *   future was done; `null` otherwise
   */
  resuming(future: AbstractFuture<unknown>): Error | null;
}
