import type { AbstractEventLoop } from '@bight/loop-abstract';
import { describeFunction } from '../debugging/describe.js';
import type { LoopStatistics } from '../debugging/loop-metrics.js';
import { type LiveHandle, trackedHandles } from '../debugging/open-handles.js';
import { kDispatcher } from '../internals.js';
import type { Dispatcher } from '../scheduling/dispatcher.js';
import { taskOfRunnable } from '../scheduling/resumed-task.js';
import { currentTask, tasksOf } from '../tasks/current-task.js';
import type { Task } from '../tasks/task.js';
import { unsentBy } from './handle-snapshot.js';
import { numberOf } from './numbers.js';
import { shortened } from './quote.js';

/** What a task does. */
export type TaskState = 'ready' | 'running' | 'cancelling' | 'waiting';

/** How many tasks run the same coroutine function. */
export interface CoroutineCount {
  /** The name of the function. */
  readonly name: string;
  /** How many tasks run it. */
  readonly count: number;
}

/** How much there is in a loop, as data. */
export interface LoopCounts {
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
  /** How many tasks are not done. */
  readonly taskCount: number;
  /** How many tasks there are in each state. */
  readonly taskStates: Readonly<Record<TaskState, number>>;
  /** The coroutine functions that the most tasks run, the most first: no more than twenty. */
  readonly coroutines: readonly CoroutineCount[];
  /** How many things are open, beside tasks and timers. */
  readonly handleCount: number;
  /** How many of each kind are open. */
  readonly handleKinds: Readonly<Record<string, number>>;
  /** How many bytes all connections together have not sent yet. */
  readonly unsent: number;
}

/** What a count needs of a loop. @internal */
export interface CountedLoop {
  readonly [kDispatcher]: Dispatcher;
  isRunning(): boolean;
  time(): number;
  statistics(): LoopStatistics;
}

const MOST_COROUTINES = 20;
/** Functions may be made under ever new names. */
const MOST_NAMES = 1000;

/** How much there is in a loop now. It makes no object for each task: a tool may ask often, however many there are. */
export function countsOfLoop(loop: AbstractEventLoop): LoopCounts {
  const { [kDispatcher]: dispatcher } = loop as unknown as CountedLoop;
  const { seconds, busyShare, lag } = (loop as unknown as CountedLoop).statistics();
  return {
    id: numberOf(loop),
    name: loop.constructor.name,
    running: loop.isRunning(),
    ready: dispatcher.ready.length,
    timers: dispatcher.timers.size,
    seconds,
    busySeconds: busyShare * seconds,
    lag: lag.p99,
    ...countTasks(loop, dispatcher),
    ...countHandles(trackedHandles(loop)),
  };
}

/** The tasks that have a turn in the queue. @internal */
export function readyTasks({ ready }: Dispatcher): Set<object | null> {
  return new Set(ready.toArray().map(taskOfRunnable));
}

/** What a task does. @internal */
export function stateOf(task: Task, running: Task | null, ready: ReadonlySet<object | null>): TaskState {
  if (task === running) return 'running';
  if (ready.has(task)) return 'ready';
  return task.cancelling() > 0 ? 'cancelling' : 'waiting';
}

/** The name of a task's coroutine function. @internal */
export function coroutineOf(task: Task): string {
  return shortened(describeFunction(task.getCoro()));
}

function countTasks(
  loop: AbstractEventLoop,
  dispatcher: Dispatcher,
): Pick<LoopCounts, 'taskCount' | 'taskStates' | 'coroutines'> {
  const ready = readyTasks(dispatcher);
  const running = currentTask({ loop });
  const taskStates = { running: 0, ready: 0, cancelling: 0, waiting: 0 };
  const names = new Map<string, number>();
  let taskCount = 0;
  for (const task of tasksOf(loop)) {
    taskCount++;
    taskStates[stateOf(task, running, ready)]++;
    const name = coroutineOf(task);
    const count = names.get(name);
    if (count !== undefined || names.size < MOST_NAMES) names.set(name, (count ?? 0) + 1);
  }
  const coroutines = [...names]
    .sort(([, one], [, other]) => other - one)
    .slice(0, MOST_COROUTINES)
    .map(([name, count]) => ({ name, count }));
  return { taskCount, taskStates, coroutines };
}

function countHandles(
  handles: readonly LiveHandle[],
): Pick<LoopCounts, 'handleCount' | 'handleKinds' | 'unsent'> {
  const handleKinds = new Map<string, number>();
  let unsent = 0;
  for (const { kind, handle } of handles) {
    handleKinds.set(kind, (handleKinds.get(kind) ?? 0) + 1);
    unsent += unsentBy(handle) ?? 0;
  }
  return { handleCount: handles.length, handleKinds: Object.fromEntries(handleKinds), unsent };
}
