/**
 * The event loop: scheduling, timers, futures, tasks, and the functions that combine them.
 *
 * @packageDocumentation
 */
export { type AsCompletedOptions, asCompleted, type CompletionOrder } from './as-completed.js';
export { callbackCarrier } from './callback-carrier.js';
export { callSoonIn } from './carried-call.js';
export { type CoroutineBody, type CoroutineOptions, coroutine } from './coroutine.js';
export { isCoroutineFunction } from './coroutine-kinds.js';
export { allTasks, createTask, currentTask } from './current.js';
export { setDefaultExecutorFactory } from './default-executor.js';
export type { Budget } from './dispatcher.js';
export { createEagerTaskFactory, eagerTaskFactory, type TaskConstructor } from './eager-tasks.js';
export { ensureFuture } from './ensure-future.js';
export { enterBatchFromHost, enterFromHost } from './enter-from-host.js';
export { EventHandle } from './event-handle.js';
export { CoreEventLoop, type CoreEventLoopOptions } from './event-loop.js';
export { fromSignal, SignalBond } from './from-signal.js';
export { Future, type FutureLoop } from './future.js';
export { type Gatherable, type Gathering, type GatherOptions, gather } from './gather.js';
export { type Callback, Handle, type HandleLoop, TimerHandle, type TimerHandleLoop } from './handle.js';
export type { Host } from './host.js';
export { createHost } from './hosts.js';
export { inDebugMode } from './in-debug-mode.js';
export { InlineWait } from './inline-wait.js';
export { InspectableLoop } from './inspectable-loop.js';
export { isFuture } from './is-future.js';
export { LeakError } from './leak-error.js';
export { type LiveHandle, trackHandle, untrackHandle } from './ledger.js';
export type { Lag } from './meter.js';
export { NodeHost } from './node-host.js';
export {
  DefaultEventLoopPolicy,
  getEventLoopPolicy,
  setDefaultLoopFactory,
  setEventLoopPolicy,
} from './policy.js';
export { ReportingLoop } from './reporting-loop.js';
export { Runner, type RunnerOptions, run } from './runner.js';
export { getEventLoop, getRunningLoop, newEventLoop, setEventLoop } from './running.js';
export { shield } from './shield.js';
export { sleep } from './sleep.js';
export { type StaggeredRaceResult, staggeredRace } from './staggered-race.js';
export type { LoopStatistics } from './statistics.js';
export { Task, type TaskOptions } from './task.js';
export { TaskGroup } from './task-group.js';
export { formatTaskTree, printTaskTree, type TaskTreeOptions } from './task-tree.js';
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
