import type { LoopStatistics } from '../debugging/loop-metrics.js';
import type { LoopObserver } from '../instruments/loop-observer.js';
import type { Dispatcher } from '../scheduling/dispatcher.js';
import type { Task } from '../tasks/task.js';
import { taskListOf } from '../tasks/task-list.js';

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
    tasks: taskListOf<Task>(loop).count(),
    seconds: metrics.seconds(now),
    iterations: metrics.iterations,
    busyShare: metrics.busyShare(now),
    lag: metrics.lag(),
  };
}
