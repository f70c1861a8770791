import { LeakError } from '../debugging/leak-error.js';
import type { LoopStatistics } from '../debugging/loop-metrics.js';
import { type LiveHandle, trackedHandles } from '../debugging/open-handles.js';
import type { LoopObserver } from '../instruments/loop-observer.js';
import { kDispatcher, kObserver, kSourceTraceback } from '../internals.js';
import type { Dispatcher } from '../scheduling/dispatcher.js';
import { creationStackOf, type TimerHandle } from '../scheduling/handle.js';
import { currentTask } from '../tasks/current-task.js';
import type { Task } from '../tasks/task.js';
import { taskListOf } from '../tasks/task-list.js';
import { takeStock } from './statistics.js';

/** What an inspector needs of its loop. */
export interface InspectedLoop {
  readonly [kDispatcher]: Dispatcher;
  readonly [kObserver]: LoopObserver;
  isRunning(): boolean;
  time(): number;
}

/** What is in a loop, for `statistics()`, `liveHandles()` and `assertNoLeaks()`. @internal */
export class Inspector {
  readonly #loop: InspectedLoop;

  constructor(loop: InspectedLoop) {
    this.#loop = loop;
  }

  statistics(): LoopStatistics {
    return takeStock(this.#loop, this.#loop[kDispatcher], this.#loop[kObserver], this.#loop.time());
  }

  liveHandles(): LiveHandle[] {
    const loop = this.#loop;
    const asking = loop.isRunning() ? currentTask({ loop: loop as never }) : null;
    const tasks = taskListOf<Task>(loop)
      .toArray()
      .filter((task) => task !== asking)
      .map((task) => ({ kind: 'task', handle: task, stack: task[kSourceTraceback] }));
    const timers = loop[kDispatcher].timers
      .toArray()
      .map((timer) => ({ kind: 'timer', handle: timer, stack: creationStackOf(timer) }));
    return [...tasks, ...timers, ...trackedHandles(loop)];
  }

  assertNoLeaks(): void {
    const leaks = this.liveHandles();
    if (leaks.length > 0) throw new LeakError(leaks);
  }
}

/** What {@link visitOpen} calls with what is open. @internal */
export interface OpenVisitor {
  /** Each task that is not done, including the calling one, oldest first. */
  task(task: Task): void;
  /** Each timer that is set, in no particular order. */
  timer(timer: TimerHandle): void;
  /** What add-ons have registered, oldest first. */
  tracked(handle: object): void;
}

/**
 * For simulated hosts, of which there may be thousands in a loop: `loop.liveHandles()` without lists in order. A
 * visitor may end what it is given.
 *
 * @internal
 */
export function visitOpen(loop: object, visitor: OpenVisitor): void {
  const { [kDispatcher]: dispatcher } = loop as InspectedLoop;
  for (const task of taskListOf<Task>(loop).toArray()) visitor.task(task);
  for (const timer of dispatcher.timers.live()) visitor.timer(timer);
  for (const { handle } of trackedHandles(loop)) visitor.tracked(handle);
}
