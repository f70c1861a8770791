import type { AbstractTask } from '@bight/loop-abstract';
import { kLoop, kNext, kPrevious, kTasks } from '../internals.js';

/** A task as its list sees it. */
interface Listed {
  [kPrevious]: Listed | null;
  [kNext]: Listed | null;
}

/** Sees tasks come and go: see `LoopObserver`. */
export interface TaskObserver {
  taskSpawned(task: AbstractTask): void;
  taskDone(task: AbstractTask): void;
}

/**
 * The tasks of one loop that are not done: a doubly linked list through the tasks themselves.
 *
 * CPython keeps weak references, so that a task without another reference may vanish in mid-flight. Here a task
 * lives until it is done, or its loop is gone.
 *
 * @internal
 */
export class TaskList<T extends Listed> {
  /** Sees the tasks come and go; `null` while nothing wants to know. */
  observer: TaskObserver | null = null;
  #first: Listed | null = null;

  add(task: T): void {
    const first = this.#first;
    task[kNext] = first;
    if (first !== null) first[kPrevious] = task;
    this.#first = task;
  }

  remove(task: T): void {
    const { [kPrevious]: previous, [kNext]: next } = task;
    if (previous !== null) previous[kNext] = next;
    else if (this.#first === task) this.#first = next;
    if (next !== null) next[kPrevious] = previous;
    task[kPrevious] = null;
    task[kNext] = null;
  }

  /** How many tasks there are: they are counted, since only tools ask. */
  count(): number {
    let count = 0;
    for (let task = this.#first; task !== null; task = task[kNext]) count++;
    return count;
  }

  /** The tasks, oldest first. */
  toArray(): T[] {
    const tasks: T[] = [];
    for (let task = this.#first; task !== null; task = task[kNext]) tasks.push(task as T);
    return tasks.reverse();
  }
}

const lists = new WeakMap<object, TaskList<never>>();

/** The list of a loop: its own, if it is one of ours; and one for each foreign loop. @internal */
export function taskListOf<T extends Listed>(loop: object): TaskList<T> {
  const own = (loop as { readonly [kTasks]?: TaskList<T> })[kTasks];
  return own ?? (listBeside(loop) as unknown as TaskList<T>);
}

function listBeside(loop: object): TaskList<never> {
  let list = lists.get(loop);
  if (list === undefined) {
    list = new TaskList<never>();
    lists.set(loop, list);
  }
  return list;
}

/**
 * For tests: removes a task from what its loop has open, as if it had never been made. It stays pending.
 *
 * @internal
 */
export function abandonTask(task: object): void {
  const { [kLoop]: loop } = task as { [kLoop]: object };
  taskListOf<Listed>(loop).remove(task as Listed);
}
