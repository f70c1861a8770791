import type { AbstractTask } from '@bight/loop-abstract';
import { taskDone, taskSpawn } from '../debugging/channels.js';
import { kDispatcher, kLoop, kObserver, kRun } from '../internals.js';
import type { Runnable } from '../scheduling/runnable.js';
import type { TaskObserver } from './task-list.js';

/** A task, as far as this file needs to know it. */
type Noted = AbstractTask & Runnable & { readonly [kLoop]: object };

interface ObservedLoop {
  readonly [kDispatcher]?: { readonly isObserved: boolean };
  readonly [kObserver]?: { runEagerly(task: AbstractTask & Runnable): void };
}

/** Reports that a task was made, where that is wanted. @internal */
export function noteSpawned(task: Noted, observer: TaskObserver | null): void {
  observer?.taskSpawned(task);
  if (taskSpawn.hasSubscribers) taskSpawn.publish({ loop: task[kLoop], task });
}

/** Reports that a task is done, where that is wanted. @internal */
export function noteDone(task: Noted, observer: TaskObserver | null): void {
  observer?.taskDone(task);
  if (taskDone.hasSubscribers) taskDone.publish({ loop: task[kLoop], task });
}

/** Starts a task within the callback that makes it. @internal */
export function startEagerly(task: Noted): void {
  const { [kDispatcher]: dispatcher, [kObserver]: observer } = task[kLoop] as ObservedLoop;
  if (dispatcher?.isObserved) observer?.runEagerly(task);
  else task[kRun]();
}
