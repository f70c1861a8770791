import type { Context } from '@bight/contextvars';
import { currentRunContext, type RunContext } from '@bight/contextvars/low-level';
import type { AbstractEventLoop, CoroutineFunction, TaskLoop } from '@bight/loop-abstract';
import { checkOption } from '@bight/loop-abstract/validate';
import { kInnermostBlock, kIsPresumed, kTask } from '../internals.js';
import { getRunningLoop } from '../policy/running-loop.js';
import type { Awaiter } from './awaiter.js';
import type { Task } from './task.js';
import { taskListOf } from './task-list.js';

/**
 * The task that runs now, or `null` in a callback.
 *
 * @param options.loop - the loop; by default the running one
 * @throws {RuntimeError} when no loop runs and none is named
 * @python asyncio.current_task()
 */
export function currentTask(options?: { loop?: AbstractEventLoop | null } | null): Task | null {
  const task = ownerTask(checkOption(options, 'loop').loop ?? getRunningLoop());
  return task?.[kIsPresumed] === true ? null : task;
}

/**
 * The task that what begins now belongs to: the current one, or that of a function which may turn out to be a
 * coroutine function once it returns.
 *
 * @internal
 */
export function ownerTask(loop: object): Task | null {
  const current = currentRunContext();
  if (current === undefined || current.loop !== loop) return null;
  const task = (current.task as { readonly [kTask]: Task | null } | null)?.[kTask] ?? null;
  // What a task leaves behind in the platform's callbacks carries its run context on; the task is over all the same.
  return task === null || task.done() ? null : task;
}

/**
 * The task or coroutine of ours whose code runs now in a loop; `null` in callbacks, and in what a task has left behind.
 * @internal
 */
export function currentAwaiter(loop: object): Awaiter<unknown> | null {
  return awaiterIn(currentRunContext(), loop);
}

/** {@link currentAwaiter}, where the current run context is known. @internal */
export function awaiterIn(current: RunContext | undefined, loop: object): Awaiter<unknown> | null {
  if (current === undefined || current.loop !== loop) return null;
  const awaiter = current.task as Awaiter<unknown> | null;
  return awaiter === null || !(kInnermostBlock in awaiter) || awaiter.done() ? null : awaiter;
}

/**
 * The tasks of a loop that are not done. A loop that makes tasks of its own kind names them in `unfinishedTasks()`.
 *
 * @param options.loop - the loop; by default the running one
 * @throws {RuntimeError} when no loop runs and none is named
 * @python asyncio.all_tasks()
 */
export function allTasks(options?: { loop?: AbstractEventLoop | null } | null): Set<Task> {
  return new Set(tasksOf(checkOption(options, 'loop').loop ?? getRunningLoop()));
}

/** {@link allTasks} of a loop, oldest first. @internal */
export function tasksOf(loop: AbstractEventLoop): Task[] {
  const own = (loop as Partial<TaskLoop>).unfinishedTasks?.() as Iterable<Task> | undefined;
  const tasks = taskListOf<Task>(loop).toArray();
  return own === undefined ? tasks : [...new Set([...tasks, ...own])];
}

/**
 * Makes a task in the running loop.
 *
 * @param options.name - the name of the task
 * @param options.context - the context to run in; by default a copy of the current one
 * @param options.eagerStart - whether it runs up to its first wait before this returns
 * @throws {RuntimeError} when no loop runs
 * @throws {TypeError} unless `coro` is a coroutine function
 * @python asyncio.create_task()
 */
export function createTask<T>(
  coro: CoroutineFunction<T>,
  options?: { name?: string | null; context?: Context | null; eagerStart?: boolean | null } | null,
): Task<T> {
  return getRunningLoop().createTask(coro, options) as unknown as Task<T>;
}
