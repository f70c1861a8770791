import type { CoroutineFunction, TaskFactory } from '@bight/loop-abstract';
import { checkCallback } from '@bight/loop-abstract/validate';
import { Task, type TaskOptions } from './task.js';

/** A class of tasks, or whatever else is made like one. */
export type TaskConstructor = new <T>(coro: CoroutineFunction<T>, options: TaskOptions) => Task<T>;

/**
 * Makes a task factory whose tasks start at once: the coroutine runs within `createTask()`, up to its first wait. One
 * that waits for nothing never costs a turn of the loop.
 *
 * @param taskClass - the class of the tasks
 * @returns a factory for `loop.setTaskFactory()`
 * @python asyncio.create_eager_task_factory() (3.12)
 */
export function createEagerTaskFactory(taskClass: TaskConstructor): TaskFactory {
  checkCallback(taskClass, 'taskClass');
  return (loop, coro, options) => new taskClass(coro, { eagerStart: true, ...options, loop });
}

/**
 * A task factory whose tasks start at once: `loop.setTaskFactory(eagerTaskFactory)`.
 *
 * A generator coroutine that waits for nothing is done when `createTask()` returns. An async function that waits for
 * nothing is done as soon as its promise is: after the microtasks that are on their way, and before the loop's next
 * callback.
 *
 * @python asyncio.eager_task_factory() (3.12)
 */
export const eagerTaskFactory: TaskFactory = createEagerTaskFactory(Task);
