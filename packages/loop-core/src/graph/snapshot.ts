import type { AbstractEventLoop } from '@bight/loop-abstract';
import { describeFunction } from '../debugging/describe.js';
import { kDispatcher } from '../internals.js';
import type { LoopStatistics } from '../loop/statistics.js';
import type { Dispatcher } from '../scheduling/dispatcher.js';
import { taskOfRunnable } from '../scheduling/resumed-task.js';
import { allTasks, currentTask } from '../tasks/current-task.js';
import { Task } from '../tasks/task.js';
import { AwaitGraph } from './awaiters.js';
import { stackOf } from './call-stack.js';

/** A task, as data. */
export interface TaskSnapshot {
  /** Its number in this thread. */
  readonly id: number;
  /** Its name. */
  readonly name: string;
  /** `'ready'`: it has a turn in the queue; `'running'`; `'cancelling'`: it waits, and was cancelled; `'waiting'`. */
  readonly state: 'ready' | 'running' | 'cancelling' | 'waiting';
  /** The name of its coroutine function. */
  readonly coroutine: string;
  /** Where it stands, as far as that is known: lines of `function file:line:column`. */
  readonly stack: readonly string[];
  /** The numbers of the tasks that wait for it. */
  readonly awaitedBy: readonly number[];
}

/** A loop, as data. */
export interface LoopSnapshot {
  /** Its number in this thread. */
  readonly id: number;
  /** The class of the loop. */
  readonly name: string;
  /** Whether it runs. */
  readonly running: boolean;
  /** How many callbacks wait for their turn. */
  readonly ready: number;
  /** How many timers are set. */
  readonly timers: number;
  /** For how many **seconds** the loop has been measured, see `loop.statistics()`. */
  readonly seconds: number;
  /** For how many of them it was busy. */
  readonly busySeconds: number;
  /** How late its timers were, in **seconds**: all but one in a hundred of the last thousand. */
  readonly lag: number;
  /** What is open, beside tasks and timers. */
  readonly handles: readonly {
    readonly kind: string;
    readonly text: string;
    readonly stack: string | null;
  }[];
  /** The tasks that are not done, oldest first. */
  readonly tasks: readonly TaskSnapshot[];
}

interface SnapshotLoop {
  readonly [kDispatcher]: Dispatcher;
  isRunning(): boolean;
  statistics(): LoopStatistics;
  liveHandles(): readonly { kind: string; handle: object; stack: string | undefined }[];
}

let ids = 0;
const numbers = new WeakMap<object, number>();

/** The number of a loop or a task: another one for each, from 1. @internal */
export function numberOf(thing: object): number {
  let number = numbers.get(thing);
  if (number === undefined) {
    number = ++ids;
    numbers.set(thing, number);
  }
  return number;
}

/** What is in a loop now, as data. */
export function snapshotOfLoop(loop: AbstractEventLoop): LoopSnapshot {
  const { [kDispatcher]: dispatcher } = loop as unknown as SnapshotLoop;
  const { seconds, busyShare, lag } = (loop as unknown as SnapshotLoop).statistics();
  const graph = new AwaitGraph();
  const ready = new Set(dispatcher.ready.toArray().map(taskOfRunnable));
  const running = currentTask({ loop });
  const handles = (loop as unknown as SnapshotLoop)
    .liveHandles()
    .filter(({ kind }) => kind !== 'task' && kind !== 'timer');
  return {
    id: numberOf(loop),
    name: loop.constructor.name,
    running: loop.isRunning(),
    ready: dispatcher.ready.length,
    timers: dispatcher.timers.size,
    seconds,
    busySeconds: busyShare * seconds,
    lag: lag.p99,
    handles: handles.map(({ kind, handle, stack }) => ({ kind, text: textOf(handle), stack: stack ?? null })),
    tasks: [...allTasks({ loop })].map((task) => ({
      id: numberOf(task),
      name: task.getName(),
      state:
        task === running
          ? 'running'
          : ready.has(task)
            ? 'ready'
            : task.cancelling() > 0
              ? 'cancelling'
              : 'waiting',
      coroutine: describeFunction(task.getCoro()),
      stack: stackOf(task).map(
        ({ functionName, fileName, lineNumber, columnNumber }) =>
          `${functionName || '<anonymous>'} ${fileName}:${lineNumber}:${columnNumber}`,
      ),
      awaitedBy: [...graph.awaiters(task)].filter((waiter) => waiter instanceof Task).map(numberOf),
    })),
  };
}

function textOf(handle: object): string {
  try {
    const text = String(handle);
    return text.startsWith('[object ') ? handle.constructor.name : text;
  } catch {
    return handle.constructor?.name ?? 'object';
  }
}
