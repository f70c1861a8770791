import type { AbstractEventLoop } from '@bight/loop-abstract';
import { checkOptions } from '@bight/loop-abstract/validate';
import { allTasks } from '../tasks/current-task.js';
import { Task } from '../tasks/task.js';
import { awaitedBy, groupParent } from './awaiters.js';

/** How to show a tree of tasks. */
export interface TaskTreeOptions {
  /** The loop; by default the running one. */
  loop?: AbstractEventLoop | null;
  /** At most this many lines of each task's stack; none by default. There are stacks in debug mode only. */
  stackLines?: number | null;
}

/**
 * The tasks of a loop as a tree: below each task those that it awaits, however indirectly (through `gather()`, a
 * `wait()`, a coroutine method), and those of the groups that it has opened. A task that several await is shown below
 * each of them.
 *
 * @returns the tree as text, a line for each task
 * @throws {RuntimeError} when no loop runs and none is named. CPython shows one task.
 * @python asyncio.format_call_graph() (3.14)
 */
export function formatTaskTree(options?: TaskTreeOptions | null): string {
  const { loop, stackLines } = checkOptions(options, ['loop', 'stackLines']);
  const awaited = new Map([...allTasks({ loop })].map((task) => [task, new Set<Task>()]));
  for (const task of awaited.keys()) {
    for (const future of awaitedBy(task)) if (future instanceof Task) awaited.get(task)?.add(future);
    const parent = groupParent(task);
    if (parent !== null) awaited.get(parent)?.add(task);
  }
  const below = new Set([...awaited.values()].flatMap((tasks) => [...tasks]));
  const roots = [...awaited.keys()].filter((task) => !below.has(task));
  const lines: string[] = [];
  const shown = new Set<Task>();

  const show = (task: Task, indent: string, path: readonly Task[]): void => {
    shown.add(task);
    for (const line of task.getStack({ limit: stackLines ?? 0 })) lines.push(`${indent}    ${line}`);
    const children = [...(awaited.get(task) ?? [])];
    for (const [index, child] of children.entries()) {
      const isLast = index === children.length - 1;
      const isCycle = path.includes(child);
      lines.push(`${indent}${isLast ? '└── ' : '├── '}${child}${isCycle ? ' (waits in a circle)' : ''}`);
      if (!isCycle) show(child, `${indent}${isLast ? '    ' : '│   '}`, [...path, child]);
    }
  };

  const showRoot = (task: Task): void => {
    lines.push(`${task}`);
    show(task, '', [task]);
  };
  for (const root of roots) showRoot(root);
  // Tasks that wait for each other in a circle have no root.
  for (const task of awaited.keys()) if (!shown.has(task)) showRoot(task);
  return lines.join('\n');
}

/**
 * Prints {@link formatTaskTree}.
 *
 * @param options.file - where to write; by default standard error
 */
export function printTaskTree(
  options?: (TaskTreeOptions & { file?: { write(text: string): unknown } | null }) | null,
): void {
  const { file, ...rest } = options ?? {};
  const text = formatTaskTree(rest);
  if (file) file.write(`${text}\n`);
  else console.error(text);
}
