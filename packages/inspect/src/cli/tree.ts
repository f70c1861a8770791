import { escapeControls, type TaskSnapshot } from '@bight/loop-core/low-level';

/** A task in the tree: below it those that it awaits. */
export interface TreeNode extends Omit<TaskSnapshot, 'awaitedBy'> {
  readonly children: TreeNode[];
  /** Set where the tree comes to a task from which it came here. */
  readonly cycle?: true;
  /** Set where the task stands elsewhere, with what is below it. */
  readonly shared?: true;
}

/** The tasks as a tree. Every task is there once with its children; below others that await it, it is marked. */
export function treeOf(tasks: readonly TaskSnapshot[]): TreeNode[] {
  const below = new Map<number, TaskSnapshot[]>();
  const known = new Set(tasks.map(({ id }) => id));
  for (const task of tasks) {
    for (const parent of task.awaitedBy) {
      const children = below.get(parent);
      if (children === undefined) below.set(parent, [task]);
      else children.push(task);
    }
  }
  const roots: TreeNode[] = [];
  const shown = new Set<number>();
  const show = (root: TaskSnapshot): void => {
    const path = new Set<number>();
    const steps: { id: number; children: TreeNode[]; rest: TaskSnapshot[] }[] = [];
    const enter = (task: TaskSnapshot, siblings: TreeNode[]): void => {
      const { awaitedBy: _, ...data } = task;
      if (path.has(task.id) || shown.has(task.id)) {
        siblings.push({ ...data, children: [], ...(path.has(task.id) ? { cycle: true } : { shared: true }) });
        return;
      }
      const node: TreeNode = { ...data, children: [] };
      siblings.push(node);
      shown.add(task.id);
      path.add(task.id);
      steps.push({ id: task.id, children: node.children, rest: [...(below.get(task.id) ?? [])].reverse() });
    };
    enter(root, roots);
    for (let step = steps.at(-1); step !== undefined; step = steps.at(-1)) {
      const next = step.rest.pop();
      if (next !== undefined) {
        enter(next, step.children);
      } else {
        path.delete(step.id);
        steps.pop();
      }
    }
  };
  for (const task of tasks) if (!task.awaitedBy.some((id) => known.has(id))) show(task);
  // Those that wait for each other in a circle have no root.
  for (const task of tasks) if (!shown.has(task.id)) show(task);
  return roots;
}

/** The tree as text. */
export function formatTree(roots: readonly TreeNode[], format: (node: TreeNode) => string): string[] {
  const lines: string[] = [];
  const rest = [...roots].reverse().map((node) => ({ node, indent: '', branch: '' }));
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { node, indent, branch } = next;
    const mark = node.cycle ? ' (cycle)' : node.shared ? ' (shown above)' : '';
    lines.push(`${indent}${branch}${format(node)}${mark}`);
    const below = branch === '' ? indent : `${indent}${branch === '└── ' ? '    ' : '│   '}`;
    for (let index = node.children.length - 1; index >= 0; index--) {
      const isLast = index === node.children.length - 1;
      rest.push({ node: node.children[index] as TreeNode, indent: below, branch: isLast ? '└── ' : '├── ' });
    }
  }
  return lines;
}

/** A task in a line. */
export function titleOf({ name, state, coroutine }: Pick<TreeNode, 'name' | 'state' | 'coroutine'>): string {
  return `${escapeControls(name)}  ${escapeControls(coroutine)}()  ${state}`;
}
