import type { Task } from '../tasks/task.js';
import { knownNumberOf, numberOf } from './numbers.js';

/** Which tasks of a loop are wanted. */
export interface TaskRange {
  /** Only those with higher numbers, and those that no tool has seen yet; by default all. */
  readonly after?: number;
  /** At most this many; by default all. */
  readonly limit?: number;
}

/** Some tasks of a loop. @internal */
export interface TaskPage {
  /** In the order of their numbers. */
  readonly tasks: readonly Task[];
  /** How many follow. */
  readonly more: number;
}

/**
 * Takes some tasks of many. Pages that follow each other have every task once that is there all the time: a task gets
 * its number, which is higher than all others, when a page has it for the first time.
 *
 * @param all - oldest first
 * @internal
 */
export function pageOf(all: readonly Task[], { after = 0, limit = all.length }: TaskRange): TaskPage {
  const numbered: Task[] = [];
  const fresh: Task[] = [];
  let isInOrder = true;
  let last = 0;
  for (const task of all) {
    const number = knownNumberOf(task);
    if (number === undefined) {
      fresh.push(task);
    } else if (number > after) {
      isInOrder &&= number > last;
      last = number;
      numbered.push(task);
    }
  }
  if (!isInOrder) numbered.sort((one, other) => numberOf(one) - numberOf(other));
  const tasks = [...numbered.slice(0, limit), ...fresh.slice(0, Math.max(0, limit - numbered.length))];
  // Before those that wait for them, which are on a later page.
  for (const task of tasks) numberOf(task);
  return { tasks, more: numbered.length + fresh.length - tasks.length };
}
