import type { AbstractEventLoop } from '@bight/loop-abstract';
import { trackedHandles } from '../debugging/open-handles.js';
import type { Future } from '../futures/future.js';
import { kDispatcher } from '../internals.js';
import { currentTask, tasksOf } from '../tasks/current-task.js';
import { Task } from '../tasks/task.js';
import { AwaitGraph } from './awaiters.js';
import { type FrameCallGraphEntry, madeAt, stacksOf } from './call-stack.js';
import {
  type ExecutorSnapshot,
  executorsOf,
  type HandleSnapshot,
  mostUnsent,
  snapshotOfHandle,
} from './handle-snapshot.js';
import {
  type CountedLoop,
  coroutineOf,
  countsOfLoop,
  type LoopCounts,
  readyTasks,
  stateOf,
  type TaskState,
} from './loop-counts.js';
import { numberOf } from './numbers.js';
import { shortened } from './quote.js';
import { pageOf, type TaskRange } from './task-page.js';
import { type TimeLimit, timeLimitsOf } from './time-limits.js';
import { type QueueSnapshot, watchedQueues } from './watched-queues.js';

/** A task, as data. */
export interface TaskSnapshot {
  /** Its number in this thread. */
  readonly id: number;
  /** Its name. */
  readonly name: string;
  /** `'ready'`: it has a turn in the queue; `'running'`; `'cancelling'`: it waits, and was cancelled; `'waiting'`. */
  readonly state: TaskState;
  /** The name of its coroutine function. */
  readonly coroutine: string;
  /** Where it stands, as far as that is known: lines of `function file:line:column`. */
  readonly stack: readonly string[];
  /** The numbers of the tasks that wait for it. */
  readonly awaitedBy: readonly number[];
  /** The time limits of what it does, the innermost first; absent where there are none. */
  readonly timeLimits?: readonly TimeLimit[];
}

/** A loop, as data. */
export interface LoopSnapshot extends LoopCounts {
  /**
   * What is open, beside tasks and timers, oldest first: as many as tasks were wanted, those that have the most unsent
   * bytes.
   */
  readonly handles: readonly HandleSnapshot[];
  /** The calls of executors that were made through this loop and have not returned. */
  readonly executors: readonly ExecutorSnapshot[];
  /** The queues that were made since a tool began to look, see {@link watchQueues}: as many as tasks were wanted. */
  readonly queues: readonly QueueSnapshot[];
  /** The tasks that are not done, in the order of their numbers. */
  readonly tasks: readonly TaskSnapshot[];
  /** How many tasks follow. */
  readonly more: number;
}

/** A stack takes some 15 µs. Where there are more tasks, many of them stand at the same place. */
const MOST_STACKS = 1000;

/**
 * What is in a loop now, as data.
 *
 * @param range - which tasks are wanted; what is open, and the queues, are only with those that come first
 */
export function snapshotOfLoop(loop: AbstractEventLoop, range: TaskRange = {}): LoopSnapshot {
  const { [kDispatcher]: dispatcher } = loop as unknown as CountedLoop;
  // First: the loop has a lower number than its tasks.
  const counts = countsOfLoop(loop);
  const { tasks, more } = pageOf(tasksOf(loop), range);
  const graph = new AwaitGraph(new Set<Future<unknown>>(tasks));
  const ready = readyTasks(dispatcher);
  const running = currentTask({ loop });
  const now = loop.time();
  // What debug mode has noted costs next to nothing.
  const stacks = [...stacksOf(tasks.slice(0, MOST_STACKS)), ...tasks.slice(MOST_STACKS).map(madeAt)];
  return {
    ...counts,
    ...((range.after ?? 0) > 0 ? NOTHING_ELSE : othersOf(loop, range.limit)),
    tasks: tasks.map((task, at) => ({
      id: numberOf(task),
      name: shortened(task.getName()),
      state: stateOf(task, running, ready),
      coroutine: coroutineOf(task),
      stack: linesOf(stacks[at] as FrameCallGraphEntry[]),
      awaitedBy: [...graph.awaiters(task)].filter((waiter) => waiter instanceof Task).map(numberOf),
      ...limitsOf(task, now),
    })),
    more,
  };
}

type Others = Pick<LoopSnapshot, 'handles' | 'executors' | 'queues'>;

const NOTHING_ELSE: Others = { handles: [], executors: [], queues: [] };

function othersOf(loop: AbstractEventLoop, limit?: number): Others {
  const handles = trackedHandles(loop);
  return {
    handles: mostUnsent(handles, limit).map(snapshotOfHandle),
    executors: executorsOf(handles),
    queues: queuesOf(loop).slice(0, limit),
  };
}

/** The same frames have the same lines. */
const lines = new WeakMap<readonly FrameCallGraphEntry[], readonly string[]>();

function linesOf(frames: readonly FrameCallGraphEntry[]): readonly string[] {
  let found = lines.get(frames);
  if (found === undefined) {
    found = frames.map(
      ({ functionName, fileName, lineNumber, columnNumber }) =>
        `${functionName || '<anonymous>'} ${fileName}:${lineNumber}:${columnNumber}`,
    );
    lines.set(frames, found);
  }
  return found;
}

function limitsOf(task: Task, now: number): Pick<TaskSnapshot, 'timeLimits'> {
  const timeLimits = timeLimitsOf(task, now);
  return timeLimits.length === 0 ? {} : { timeLimits };
}

function queuesOf(loop: AbstractEventLoop): QueueSnapshot[] {
  return watchedQueues.of(loop).map(([queue, { size, capacity }, stack]) => ({
    id: numberOf(queue),
    name: queue.constructor.name,
    size,
    capacity: Number.isFinite(capacity) ? capacity : null,
    stack,
  }));
}
