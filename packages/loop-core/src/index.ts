/**
 * The event loop: scheduling, timers, futures, tasks, and the functions that combine them.
 *
 * @packageDocumentation
 */
export { type AsCompletedOptions, asCompleted, type CompletionOrder } from './as-completed.js';
export { callbackCarrier } from './callback-carrier.js';
export { type CoroutineBody, type CoroutineOptions, coroutine } from './coroutine.js';
export { isCoroutineFunction } from './coroutine-kinds.js';
export { allTasks, createTask, currentTask } from './current.js';
export { setDefaultExecutorFactory } from './default-executor.js';
export type { Budget } from './dispatcher.js';
export { ensureFuture } from './ensure-future.js';
export { enterFromHost } from './enter-from-host.js';
export { CoreEventLoop, type CoreEventLoopOptions } from './event-loop.js';
export { Future, type FutureLoop } from './future.js';
export { type Gatherable, type GatherOptions, gather } from './gather.js';
export { type Callback, Handle, type HandleLoop, TimerHandle, type TimerHandleLoop } from './handle.js';
export type { Host } from './host.js';
export { createHost } from './hosts.js';
export { isFuture } from './is-future.js';
export { NodeHost } from './node-host.js';
export {
  DefaultEventLoopPolicy,
  getEventLoopPolicy,
  setDefaultLoopFactory,
  setEventLoopPolicy,
} from './policy.js';
export { Runner, type RunnerOptions, run } from './runner.js';
export { getEventLoop, getRunningLoop, newEventLoop, setEventLoop } from './running.js';
export { shield } from './shield.js';
export { sleep } from './sleep.js';
export { Task, type TaskOptions } from './task.js';
export { TaskGroup } from './task-group.js';
export { ConcurrentFuture } from './threads/concurrent-future.js';
export { connectThreadsafe, type Threadsafe } from './threads/connect-threadsafe.js';
export { runCoroutineThreadsafe } from './threads/run-coroutine-threadsafe.js';
export { Timeout, timeout, timeoutAt } from './timeout.js';
export { toThread } from './to-thread.js';
export {
  ALL_COMPLETED,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  type ReturnWhen,
  type WaitOptions,
  wait,
} from './wait.js';
export { waitFor } from './wait-for.js';
export { WebHost } from './web-host.js';
export { wrapFuture } from './wrap-future.js';
