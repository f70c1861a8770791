import type { Task } from './reports.js';

/** A line of the tree. */
export interface Row {
  readonly task: Task;
  readonly depth: number;
  /** How many tasks are shown, or could be, right below it. */
  readonly children: number;
  readonly isOpen: boolean;
}

/** Which tasks are wanted. */
export interface Filter {
  readonly search: string;
  /** `''` for any. */
  readonly state: string;
  /** Tasks whose children are not shown. */
  readonly closed: ReadonlySet<number>;
}

/** The tasks as a tree: below each task those that it awaits. With a search, those that match, without the tree. */
export function rowsOf(tasks: readonly Task[], { search, state, closed }: Filter): Row[] {
  const wanted = search.trim().toLowerCase();
  if (wanted !== '' || state !== '') {
    return tasks
      .filter((task) => state === '' || task.state === state)
      .filter(({ name, coroutine }) => `${name} ${coroutine}`.toLowerCase().includes(wanted))
      .map((task) => ({ task, depth: 0, children: 0, isOpen: false }));
  }
  const below = childrenOf(tasks);
  const rows: Row[] = [];
  const reached = new Set<number>();
  const show = (root: Task): void => {
    const rest: { task: Task; depth: number; isHidden: boolean }[] = [
      { task: root, depth: 0, isHidden: false },
    ];
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      const { task, depth, isHidden } = next;
      if (reached.has(task.id)) continue;
      reached.add(task.id);
      const children = below.get(task.id) ?? [];
      const isOpen = !closed.has(task.id);
      if (!isHidden) rows.push({ task, depth, children: children.length, isOpen });
      for (let index = children.length - 1; index >= 0; index--) {
        rest.push({ task: children[index] as Task, depth: depth + 1, isHidden: isHidden || !isOpen });
      }
    }
  };
  const known = new Set(tasks.map(({ id }) => id));
  for (const task of tasks) if (!task.awaitedBy.some((id) => known.has(id))) show(task);
  // Those that wait for each other in a circle have no root.
  for (const task of tasks) show(task);
  return rows;
}

/** The tasks that each task awaits, by its number. */
export function childrenOf(tasks: readonly Task[]): Map<number, Task[]> {
  const below = new Map<number, Task[]>();
  for (const task of tasks) {
    for (const parent of task.awaitedBy) {
      const children = below.get(parent);
      if (children === undefined) below.set(parent, [task]);
      else children.push(task);
    }
  }
  return below;
}
