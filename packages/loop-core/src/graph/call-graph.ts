import type { AbstractFuture } from '@bight/loop-abstract';
import { RuntimeError } from '@bight/loop-abstract';
import { checkInteger, checkOptions, describeValue } from '@bight/loop-abstract/validate';
import type { Future } from '../futures/future.js';
import { isFuture } from '../futures/is-future.js';
import { kLoop } from '../internals.js';
import { runningLoop } from '../policy/running-loop.js';
import { currentTask } from '../tasks/current-task.js';
import { Task } from '../tasks/task.js';
import { AwaitGraph } from './awaiters.js';
import { type FrameCallGraphEntry, stackHere, stacksOf } from './call-stack.js';
import { type TimeLimit, timeLimitsOf } from './time-limits.js';

/**
 * A future, and what waits for it.
 *
 * @python asyncio.FutureCallGraph (3.14)
 */
export interface FutureCallGraph {
  /** The future or the task. */
  readonly future: AbstractFuture;
  /**
   * Where its code stands, the innermost call first, as far as that is known: of async functions that wait for a
   * future, and of the running task; of others in debug mode.
   */
  readonly callStack: readonly FrameCallGraphEntry[];
  /** What waits for it. What waits for several futures is the same object below each of them. */
  readonly awaitedBy: readonly FutureCallGraph[];
  /** The time limits of what a task does, the innermost first; absent where there are none. */
  readonly timeLimits?: readonly TimeLimit[];
  /** Set where the graph comes to a future from which it came here: they wait for each other. */
  readonly cycle?: true;
}

/** How to capture a call graph. */
export interface CallGraphOptions {
  /** How many frames of the caller are left out of the stack of the running task, itself included; by default 1. */
  depth?: number | null;
  /**
   * At most this many frames of each stack: the innermost, or with a negative number the outermost ones. `0`: none. By
   * default all.
   */
  limit?: number | null;
}

interface Node {
  readonly future: AbstractFuture;
  readonly callStack: readonly FrameCallGraphEntry[];
  readonly awaitedBy: FutureCallGraph[];
  readonly timeLimits?: readonly TimeLimit[];
  readonly cycle?: true;
}

/**
 * Captures which tasks wait for a future, and which for those.
 *
 * @param future - the future or task; by default the current task
 * @returns the graph; `null` where no future is named and no task runs
 * @throws {RuntimeError} when no future is named and no loop runs
 * @throws {TypeError} for what is no future
 * @python asyncio.capture_call_graph() (3.14)
 */
export function captureCallGraph(
  future?: AbstractFuture | null,
  options?: CallGraphOptions | null,
): FutureCallGraph | null {
  const given = checkOptions(options, ['depth', 'limit']);
  const depth = checkInteger(given.depth ?? 1, 'depth', { min: 0 });
  const limit = given.limit === undefined || given.limit === null ? null : checkInteger(given.limit, 'limit');
  if (future !== undefined && future !== null && !isFuture(future)) {
    throw new TypeError(`future must be a Future, not ${describeValue(future)}`);
  }
  const loop = runningLoop();
  if (loop === null && !future) {
    throw new RuntimeError(
      'captureCallGraph() is called outside of a running event loop, and no future is given',
    );
  }
  const running = loop === null ? null : currentTask({ loop: loop as never });
  const root = (future ?? running) as Future<unknown> | null;
  if (root === null) return null;
  const graph = new AwaitGraph();
  const stack = (of: Future<unknown>): readonly FrameCallGraphEntry[] => {
    if (limit === 0) return [];
    const [frames = []] = of === (running as unknown) ? [stackHere(Math.max(0, depth - 1))] : stacksOf([of]);
    if (limit === null) return frames;
    return limit > 0 ? frames.slice(0, limit) : frames.slice(limit);
  };
  return build(root, graph, stack);
}

/** Without recursion: there are chains of thousands of tasks. */
function build(
  root: Future<unknown>,
  graph: AwaitGraph,
  stack: (future: Future<unknown>) => readonly FrameCallGraphEntry[],
): FutureCallGraph {
  const nodes = new Map<Future<unknown>, Node>();
  const path = new Set<Future<unknown>>();
  const steps: { future: Future<unknown>; node: Node; rest: Future<unknown>[] }[] = [];
  const enter = (future: Future<unknown>): Node => {
    const limits = future instanceof Task ? timeLimitsOf(future, future[kLoop].time()) : [];
    const node: Node = {
      future,
      callStack: stack(future),
      awaitedBy: [],
      ...(limits.length > 0 ? { timeLimits: limits } : undefined),
    };
    nodes.set(future, node);
    path.add(future);
    steps.push({ future, node, rest: [...graph.awaiters(future)].reverse() });
    return node;
  };
  const top = enter(root);
  for (let step = steps.at(-1); step !== undefined; step = steps.at(-1)) {
    const next = step.rest.pop();
    if (next === undefined) {
      path.delete(step.future);
      steps.pop();
    } else if (path.has(next)) {
      step.node.awaitedBy.push({ future: next, callStack: [], awaitedBy: [], cycle: true });
    } else {
      step.node.awaitedBy.push(nodes.get(next) ?? enter(next));
    }
  }
  return top;
}
