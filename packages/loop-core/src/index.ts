/**
 * The event loop: scheduling, timers, futures, tasks, and the functions that combine them.
 *
 * @packageDocumentation
 */

export { type AsCompletedOptions, asCompleted, type CompletionOrder } from './combinators/as-completed.js';
export {
  CancelScope,
  type CancelScopeOptions,
  currentEffectiveDeadline,
  failAfter,
  failAt,
  type MoveOnOptions,
  moveOnAfter,
  moveOnAt,
} from './combinators/cancel-scope.js';
export { cancelShieldedCheckpoint, checkpoint } from './combinators/checkpoint.js';
export { fromSignal } from './combinators/from-signal.js';
export { type Gatherable, type Gathering, type GatherOptions, gather } from './combinators/gather.js';
export { shield } from './combinators/shield.js';
export { sleep } from './combinators/sleep.js';
export { type StaggeredRaceResult, staggeredRace } from './combinators/staggered-race.js';
export { TaskGroup } from './combinators/task-group.js';
export { type TaskifyOptions, taskify } from './combinators/taskify.js';
export { Timeout, timeout, timeoutAt } from './combinators/timeout.js';
export {
  ALL_COMPLETED,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  type ReturnWhen,
  type WaitOptions,
  wait,
} from './combinators/wait.js';
export { waitFor } from './combinators/wait-for.js';
export { LeakError } from './debugging/leak-error.js';
export type { Lag, LoopStatistics } from './debugging/loop-metrics.js';
export type { LiveHandle } from './debugging/open-handles.js';
export { isFuture } from './futures/is-future.js';
export { wrapFuture } from './futures/wrap-future.js';
export { futureAddToAwaitedBy, futureDiscardFromAwaitedBy } from './graph/awaiters.js';
export { type CallGraphOptions, captureCallGraph, type FutureCallGraph } from './graph/call-graph.js';
export type { FrameCallGraphEntry } from './graph/call-stack.js';
export { formatCallGraph, printCallGraph } from './graph/format-call-graph.js';
export { formatTaskTree, printTaskTree, type TaskTreeOptions } from './graph/task-tree.js';
export type { TimeLimit } from './graph/time-limits.js';
export type { Host } from './hosts/host.js';
export type { Instrument } from './instruments/instrument.js';
export { CoreEventLoop, type CoreEventLoopOptions } from './loop/event-loop.js';
export {
  DefaultEventLoopPolicy,
  getEventLoopPolicy,
  setEventLoopPolicy,
} from './policy/policy.js';
export { getEventLoop, getRunningLoop, newEventLoop, setEventLoop } from './policy/running-loop.js';
export { Future, Handle, Task, TimerHandle } from './public-classes.js';
export { Runner, type RunnerOptions, run } from './run/runner.js';
export type { Budget } from './scheduling/dispatcher.js';
export type { Callback, FutureLoop, HandleLoop, TimerHandleLoop } from './scheduling/handle.js';
export { type CoroutineBody, type CoroutineOptions, coroutine } from './tasks/coroutine.js';
export { isCoroutineFunction } from './tasks/coroutine-kinds.js';
export { allTasks, createTask, currentTask } from './tasks/current-task.js';
export {
  createEagerTaskFactory,
  eagerTaskFactory,
  type TaskConstructor,
} from './tasks/eager-task-factory.js';
export { ensureFuture } from './tasks/ensure-future.js';
export type { TaskOptions } from './tasks/task.js';
export { ConcurrentFuture } from './threads/concurrent-future.js';
export { connectThreadsafe, type Threadsafe } from './threads/connect-threadsafe.js';
export { runCoroutineThreadsafe } from './threads/run-coroutine-threadsafe.js';
export { type Limiter, type ToThreadOptions, toThread } from './threads/to-thread.js';
