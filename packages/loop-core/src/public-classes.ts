/**
 * The classes of what a loop returns. As types their names stand for the interfaces, which whatever a loop returns
 * fits, so that `const timer: TimerHandle = loop.callLater(1, wake)` compiles on every loop; as values they are the
 * classes of this package.
 *
 * @internal
 */
import type {
  AbstractFuture,
  Handle as AbstractHandle,
  AbstractTask,
  TimerHandle as AbstractTimerHandle,
} from '@bight/loop-abstract';
import { Future as FutureClass } from './futures/future.js';
import { Handle as HandleClass, TimerHandle as TimerHandleClass } from './scheduling/handle.js';
import { Task as TaskClass } from './tasks/task.js';

/**
 * A result that is not there yet.
 *
 * @python asyncio.Future
 */
export type Future<T = unknown> = AbstractFuture<T>;
/**
 * The class of futures: `new Future({ loop })`, `value instanceof Future`, `class Job extends Future`.
 *
 * @python asyncio.Future
 */
export const Future: typeof FutureClass = FutureClass;

/**
 * A coroutine that a loop runs, and the future of its result.
 *
 * @python asyncio.Task
 */
export type Task<T = unknown> = AbstractTask<T>;
/**
 * The class of tasks: `new Task(coroutine, { loop })`, `value instanceof Task`.
 *
 * @python asyncio.Task
 */
export const Task: typeof TaskClass = TaskClass;

/**
 * A scheduled callback.
 *
 * @python asyncio.Handle
 */
export type Handle = AbstractHandle;
/**
 * The class of handles: `value instanceof Handle`. The loop makes them.
 *
 * @python asyncio.Handle
 */
export const Handle: typeof HandleClass = HandleClass;

/**
 * A callback that is scheduled for a time.
 *
 * @python asyncio.TimerHandle
 */
export type TimerHandle = AbstractTimerHandle;
/**
 * The class of timer handles: `value instanceof TimerHandle`. The loop makes them.
 *
 * @python asyncio.TimerHandle
 */
export const TimerHandle: typeof TimerHandleClass = TimerHandleClass;
