import type { Lag } from '../debugging/loop-metrics.js';
import type { LoopObserver } from '../instruments/loop-observer.js';
import type { Dispatcher } from '../scheduling/dispatcher.js';
import type { Task } from '../tasks/task.js';
import { taskListOf } from '../tasks/task-list.js';

/** What `loop.statistics()` returns. */
export interface LoopStatistics {
  /** How many callbacks wait for their turn. */
  readonly ready: number;
  /** How many timers are set. */
  readonly timers: number;
  /** How many tasks are not done. */
  readonly tasks: number;
  /** For how many **seconds** the loop has been measured: since the first call of `statistics()`. */
  readonly seconds: number;
  /** How many iterations it has run since then. */
  readonly iterations: number;
  /** Which part of that time it was busy, from 0 to 1. */
  readonly busyShare: number;
  /** How late its timers have been. */
  readonly lag: Lag;
}

/** Takes stock of a loop, and begins to measure it with the first call. @internal */
export function takeStock(
  loop: object,
  dispatcher: Dispatcher,
  observer: LoopObserver,
  now: number,
): LoopStatistics {
  const metrics = observer.measure(now, dispatcher.isRunning);
  dispatcher.observer = observer;
  return {
    ready: dispatcher.ready.length,
    timers: dispatcher.timers.size,
    tasks: taskListOf<Task>(loop).toArray().length,
    seconds: metrics.seconds(now),
    iterations: metrics.iterations,
    busyShare: metrics.busyShare(now),
    lag: metrics.lag(),
  };
}
