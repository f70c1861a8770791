import { currentRunContext } from '@bight/contextvars/low-level';

/**
 * Takes a task, or a coroutine, that has ended out of the run context in which its code ran. What it leaves behind (a
 * timer, a done callback, a child task, a `setTimeout`) carries that run context on, maybe for hours, and would keep
 * the task and its result alive.
 *
 * Called at the end of the code, where that run context is the current one: so nothing has to remember it.
 *
 * @internal
 */
export function releaseRunContext(ended: object): void {
  const run = currentRunContext();
  if (run !== undefined && run.task === ended) run.releaseTask();
}
