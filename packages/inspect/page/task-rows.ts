import type { Task } from './api.js';

/** A line of the tree. */
export interface Row {
  readonly task: Task;
  readonly depth: number;
}

/** The tasks as a tree: below each task those that it awaits. With a search, those that match, without the tree. */
export function rowsOf(tasks: readonly Task[], search: string, state: string): Row[] {
  const wanted = search.trim().toLowerCase();
  if (wanted !== '' || state !== '') {
    return tasks
      .filter((task) => state === '' || task.state === state)
      .filter(({ name, coroutine }) => `${name} ${coroutine}`.toLowerCase().includes(wanted))
      .map((task) => ({ task, depth: 0 }));
  }
  const below = new Map<number, Task[]>();
  for (const task of tasks) {
    for (const parent of task.awaitedBy) {
      const children = below.get(parent);
      if (children === undefined) below.set(parent, [task]);
      else children.push(task);
    }
  }
  const rows: Row[] = [];
  const shown = new Set<number>();
  const show = (root: Task): void => {
    const rest: Row[] = [{ task: root, depth: 0 }];
    for (let row = rest.pop(); row !== undefined; row = rest.pop()) {
      if (shown.has(row.task.id)) continue;
      shown.add(row.task.id);
      rows.push(row);
      const { depth } = row;
      for (const task of [...(below.get(row.task.id) ?? [])].reverse()) rest.push({ task, depth: depth + 1 });
    }
  };
  const known = new Set(tasks.map(({ id }) => id));
  for (const task of tasks) if (!task.awaitedBy.some((id) => known.has(id))) show(task);
  // Those that wait for each other in a circle have no root.
  for (const task of tasks) show(task);
  return rows;
}
