import { AbstractEventLoop } from '@bight/loop-abstract';
import { LeakError } from '../debugging/leak-error.js';
import { type LiveHandle, trackedHandles } from '../debugging/open-handles.js';
import { kDispatcher, kSourceTraceback } from '../internals.js';
import type { Dispatcher } from '../scheduling/dispatcher.js';
import { creationStackOf } from '../scheduling/handle.js';
import { currentTask } from '../tasks/current-task.js';
import type { Task } from '../tasks/task.js';
import { taskListOf } from '../tasks/task-list.js';
import { type LoopStatistics, takeStock } from './statistics.js';

/** What a loop tells about itself. Python's loops have nothing like it. */
export abstract class InspectableLoop extends AbstractEventLoop {
  /** @internal */
  abstract readonly [kDispatcher]: Dispatcher;

  /**
   * How the loop is doing: what is queued, how many iterations it ran, which part of the time it was busy, and how late
   * its timers are. The first call begins to measure; a loop that nobody asks pays nothing.
   */
  statistics(): LoopStatistics {
    return takeStock(this, this[kDispatcher], this.time());
  }

  /**
   * What is open in the loop: tasks that are not done (except the one that asks), timers that are set, and the
   * transports, servers, processes and watched descriptors that the add-ons have registered with `trackHandle()`.
   */
  liveHandles(): LiveHandle[] {
    const asking = this.isRunning() ? currentTask({ loop: this }) : null;
    const tasks = taskListOf<Task>(this)
      .toArray()
      .filter((task) => task !== asking)
      .map((task) => ({ kind: 'task', handle: task, stack: task[kSourceTraceback] }));
    const timers = this[kDispatcher].timers
      .toArray()
      .map((timer) => ({ kind: 'timer', handle: timer, stack: creationStackOf(timer) }));
    return [...tasks, ...timers, ...trackedHandles(this)];
  }

  /**
   * Checks, usually at the end of a test, that nothing was left open.
   *
   * @throws LeakError that names everything of {@link liveHandles}, in debug mode with the place where it was made.
   */
  assertNoLeaks(): void {
    const leaks = this.liveHandles();
    if (leaks.length > 0) throw new LeakError(leaks);
  }
}
