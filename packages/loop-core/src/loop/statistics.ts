import { type Lag, Meter } from '../debugging/loop-metrics.js';
import type { Dispatcher } from '../scheduling/dispatcher.js';
import type { Task } from '../tasks/task.js';
import { taskListOf } from '../tasks/task-list.js';

/** What `loop.statistics()` tells. */
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

/** Takes stock of a loop, and begins to measure it if nobody has asked before. @internal */
export function takeStock(loop: object, dispatcher: Dispatcher, now: number): LoopStatistics {
  dispatcher.meter ??= new Meter(now, dispatcher.running);
  const { meter } = dispatcher;
  return {
    ready: dispatcher.ready.length,
    timers: dispatcher.timers.size,
    tasks: taskListOf<Task>(loop).toArray().length,
    seconds: meter.seconds(now),
    iterations: meter.iterations,
    busyShare: meter.busyShare(now),
    lag: meter.lag(),
  };
}
