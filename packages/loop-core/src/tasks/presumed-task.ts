import { currentContext } from '@bight/contextvars/low-level';
import type { Coroutine, CoroutineFunction } from '@bight/loop-abstract';
import { isThenable } from '../futures/is-thenable.js';
import { kConfirm } from '../internals.js';
import type { FutureLoop } from '../scheduling/handle.js';
import { isGenerator } from './coroutine-kinds.js';
import { Task } from './task.js';

/**
 * Calls a function that may be a coroutine function: at once and in the current context, as any function. Where it
 * returns a promise or a generator, a task goes on from there.
 *
 * Until the function returns nothing distinguishes the two kinds. So meanwhile there is no current task, but what
 * begins in it, such as `timeout()`, belongs to the task to be.
 *
 * @returns that task; `null` where the function was no coroutine function
 * @throws what a plain function throws
 */
export function callPresumedCoroutine(loop: FutureLoop, call: () => unknown): Task | null {
  let failure: { error: unknown } | null = null;
  let isCoroutine = false;
  const coro = (): unknown => {
    try {
      const returned = call();
      isCoroutine = isThenable(returned) || isGenerator(returned);
      if (isCoroutine) return returned;
    } catch (error) {
      failure = { error };
    }
    return nothing();
  };
  const context = currentContext();
  const options = { loop, context };
  const task = new Task<unknown>(coro as CoroutineFunction<unknown>, options, true, true);
  if (failure !== null) throw (failure as { error: unknown }).error;
  if (!isCoroutine) return null;
  task[kConfirm]();
  return task;
}

function* nothing(): Coroutine<void> {}
