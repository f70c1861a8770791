import type { AbstractFuture, AbstractTask } from '@bight/loop-abstract';
import { checkOptions } from '@bight/loop-abstract/validate';
import { Task } from '../tasks/task.js';
import { type CallGraphOptions, captureCallGraph, type FutureCallGraph } from './call-graph.js';
import { quote } from './quote.js';
import type { TimeLimit } from './time-limits.js';

const COLUMNS_PER_LEVEL = 4;

/**
 * {@link captureCallGraph} as text: a future, its stack, and indented below it what waits for it. What waits for
 * several futures is shown once.
 *
 * @returns the text; empty where no future is named and no task runs
 * @python asyncio.format_call_graph() (3.14)
 */
export function formatCallGraph(future?: AbstractFuture | null, options?: CallGraphOptions | null): string {
  const graph = captureCallGraph(future, options);
  return graph === null ? '' : format(graph);
}

/**
 * Prints {@link formatCallGraph}.
 *
 * @param options.file - where to write; by default standard output
 * @python asyncio.print_call_graph() (3.14)
 */
export function printCallGraph(
  future?: AbstractFuture | null,
  options?: (CallGraphOptions & { file?: { write(text: string): unknown } | null }) | null,
): void {
  const { file, depth, limit } = checkOptions(options, ['file', 'depth', 'limit']);
  const text = formatCallGraph(future, { depth, limit });
  if (file) file.write(`${text}\n`);
  else console.log(text);
}

/** Without recursion, as the graph is captured. */
function format(root: FutureCallGraph): string {
  const lines: string[] = [];
  const shown = new Set<FutureCallGraph>();
  const rest: { node: FutureCallGraph; level: number }[] = [{ node: root, level: 0 }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { node, level } = next;
    const add = (text: string): void => void lines.push(' '.repeat(level * COLUMNS_PER_LEVEL) + text);
    if (shown.has(node)) {
      add('* (shown above)');
      continue;
    }
    shown.add(node);
    add(`* ${title(node.future)}${node.cycle ? ' (cycle)' : ''}`);
    if (node.callStack.length > 0) add('  + Call stack:');
    for (const { fileName, lineNumber, functionName } of node.callStack) {
      add(`  |   File ${quote(fileName)}, line ${lineNumber}, in ${functionName || '<anonymous>'}()`);
    }
    if (node.timeLimits !== undefined) add(`  + Time left: ${node.timeLimits.map(describeLimit).join(', ')}`);
    if (node.awaitedBy.length > 0) add('  + Awaited by:');
    for (const waiter of [...node.awaitedBy].reverse()) rest.push({ node: waiter, level: level + 1 });
  }
  return lines.join('\n');
}

function describeLimit({ kind, secondsLeft }: TimeLimit): string {
  return `${secondsLeft.toFixed(3)} s (${kind})`;
}

function title(future: AbstractFuture): string {
  if (!(future instanceof Task)) return 'Future()';
  return `Task(name=${quote((future as unknown as AbstractTask).getName?.() ?? '')})`;
}
