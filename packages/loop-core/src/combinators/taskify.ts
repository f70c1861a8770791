import type { AbstractEventLoop } from '@bight/loop-abstract';
import { checkCallback, checkOptions } from '@bight/loop-abstract/validate';
import { isThenable } from '../futures/is-thenable.js';
import { reportIfUnretrieved } from '../futures/unretrieved.js';
import { watch } from '../futures/watch.js';
import { getRunningLoop, runningLoop } from '../policy/running-loop.js';
import { isGenerator } from '../tasks/coroutine-kinds.js';
import type { Task } from '../tasks/task.js';

/** How {@link taskify} makes tasks. */
export interface TaskifyOptions {
  /** The loop of the tasks; by default the one that runs where `taskify()` is called, or else where the function is. */
  loop?: AbstractEventLoop | null;
  /** The name of the tasks; by default `Task-1`, `Task-2`, … */
  name?: string | null;
}

/**
 * Makes a function for callbacks of the host (HTTP handlers, listeners of emitters, timers): each call runs `handler`
 * as a task of its own, in a copy of the current context, and returns that task.
 *
 * Without it such a callback passes for code of the task that has registered it: `currentTask()` is that task,
 * variables that are set leak from one call to the next, and cancelling that task cancels what the callback waits for.
 *
 * @param handler - an async function, a generator function, or a plain function; it gets the arguments and the `this`
 *   of the call
 * @returns a function that returns the task. What the handler throws and no code awaits goes to the exception handler.
 * @throws {TypeError} unless `handler` is a function
 */
export function taskify<S, A extends unknown[], R>(
  handler: (this: S, ...args: A) => PromiseLike<R> | Generator<unknown, R, unknown> | R,
  options?: TaskifyOptions | null,
): (this: S, ...args: A) => Task<R> {
  checkCallback(handler, 'handler');
  const { loop: chosen, name } = checkOptions(options, ['loop', 'name']);
  const given = chosen ?? runningLoop();
  return function taskified(this: S, ...args: A): Task<R> {
    const loop = given ?? getRunningLoop();
    const task = loop.createTask<R>((() => start(handler, this, args)) as () => PromiseLike<R>, {
      name,
    }) as unknown as Task<R>;
    watch(task, reportIfUnretrieved as never);
    return task;
  };
}

function start<S, A extends unknown[], R>(
  handler: (this: S, ...args: A) => PromiseLike<R> | Generator<unknown, R, unknown> | R,
  self: S,
  args: A,
): PromiseLike<R> | Generator<unknown, R, unknown> {
  const started = handler.apply(self, args);
  if (isGenerator(started) || isThenable(started)) {
    return started as PromiseLike<R> | Generator<unknown, R, unknown>;
  }
  return Promise.resolve(started as R);
}
