import type { AbstractEventLoop } from '@bight/loop-abstract';
import { describeFunction } from '../debugging/describe.js';
import { executorOf } from '../debugging/executor-calls.js';
import type { LoopStatistics } from '../debugging/loop-metrics.js';
import { type LiveHandle, trackedHandles } from '../debugging/open-handles.js';
import { kDispatcher } from '../internals.js';
import type { Dispatcher } from '../scheduling/dispatcher.js';
import { taskOfRunnable } from '../scheduling/resumed-task.js';
import { allTasks, currentTask } from '../tasks/current-task.js';
import { Task } from '../tasks/task.js';
import { AwaitGraph } from './awaiters.js';
import { type FrameCallGraphEntry, madeAt, stacksOf } from './call-stack.js';
import { type TimeLimit, timeLimitsOf } from './time-limits.js';
import { type QueueSnapshot, watchedQueues } from './watched-queues.js';

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
  /** The time limits of what it does, the innermost first; absent where there are none. */
  readonly timeLimits?: readonly TimeLimit[];
}

/** Something that is open, as data. */
export interface HandleSnapshot {
  /** Its number in this thread. */
  readonly id: number;
  /** What it is: `'transport'`, `'server'`, `'process'`, … */
  readonly kind: string;
  /** Its description. */
  readonly text: string;
  /** Where it was made; in debug mode. */
  readonly stack: string | null;
  /** The address of the other end, where there is one. */
  readonly peer?: string;
  /** How many bytes it has not sent yet. */
  readonly unsent?: number;
  /** The number of the process that it is. */
  readonly pid?: number;
}

/** The calls of an executor that have not returned, as data. */
export interface ExecutorSnapshot {
  /** The number of the executor in this thread. */
  readonly id: number;
  /** Its class. */
  readonly name: string;
  /** How many calls run. */
  readonly running: number;
  /** How many wait for a worker. */
  readonly queued: number;
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
  readonly handles: readonly HandleSnapshot[];
  /** The calls of executors that were made through this loop and have not returned. */
  readonly executors: readonly ExecutorSnapshot[];
  /** The queues that were made since a tool began to look, see {@link watchQueues}. */
  readonly queues: readonly QueueSnapshot[];
  /** The tasks that are not done, oldest first. */
  readonly tasks: readonly TaskSnapshot[];
}

interface SnapshotLoop {
  readonly [kDispatcher]: Dispatcher;
  isRunning(): boolean;
  time(): number;
  statistics(): LoopStatistics;
}

/** A stack takes some 15 µs. Where there are more tasks, many of them stand at the same place. */
const MOST_STACKS = 1000;
/** Names are the program's, or of what it was sent. */
const LONGEST_NAME = 1000;

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
  const now = loop.time();
  const handles = trackedHandles(loop);
  const tasks = [...allTasks({ loop })] as Task[];
  // What debug mode has noted costs next to nothing.
  const stacks = [...stacksOf(tasks.slice(0, MOST_STACKS)), ...tasks.slice(MOST_STACKS).map(madeAt)];
  return {
    id: numberOf(loop),
    name: loop.constructor.name,
    running: loop.isRunning(),
    ready: dispatcher.ready.length,
    timers: dispatcher.timers.size,
    seconds,
    busySeconds: busyShare * seconds,
    lag: lag.p99,
    handles: handles.map(snapshotOfHandle),
    executors: executorsOf(handles),
    queues: queuesOf(loop),
    tasks: tasks.map((task, at) => ({
      id: numberOf(task),
      name: shortened(task.getName()),
      state:
        task === running
          ? 'running'
          : ready.has(task)
            ? 'ready'
            : task.cancelling() > 0
              ? 'cancelling'
              : 'waiting',
      coroutine: describeFunction(task.getCoro()),
      stack: linesOf(stacks[at] as FrameCallGraphEntry[]),
      awaitedBy: [...graph.awaiters(task)].filter((waiter) => waiter instanceof Task).map(numberOf),
      ...limitsOf(task, now),
    })),
  };
}

function shortened(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME)}…`;
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

/** What handles may have. They are of add-ons, and of users: each is asked for what it has. */
interface Describable {
  getWriteBufferSize?(): number;
  getExtraInfo?(name: string): unknown;
  getPid?(): unknown;
}

function snapshotOfHandle({ kind, handle, stack }: LiveHandle): HandleSnapshot {
  const { getWriteBufferSize, getExtraInfo, getPid } = handle as Describable;
  const peer = attempt(() => describeAddress(getExtraInfo?.call(handle, 'peername')));
  const unsent = attempt(() => getWriteBufferSize?.call(handle));
  const pid = attempt(() => getPid?.call(handle));
  return {
    id: numberOf(handle),
    kind,
    text: textOf(handle),
    stack: stack ?? null,
    ...(peer === undefined ? undefined : { peer }),
    ...(typeof unsent === 'number' ? { unsent } : undefined),
    ...(typeof pid === 'number' ? { pid } : undefined),
  };
}

function describeAddress(address: unknown): string | undefined {
  if (typeof address === 'string') return address === '' ? undefined : address;
  const { host, port } = Object(address) as { host?: unknown; port?: unknown };
  if (typeof host !== 'string') return undefined;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function executorsOf(handles: readonly LiveHandle[]): ExecutorSnapshot[] {
  const found = new Map<object, { running: number; queued: number }>();
  for (const { handle } of handles) {
    const executor = executorOf(handle);
    if (executor === undefined) continue;
    const counts = found.get(executor) ?? { running: 0, queued: 0 };
    found.set(executor, counts);
    if (attempt(() => (handle as { running?(): boolean }).running?.()) === false) counts.queued++;
    else counts.running++;
  }
  return [...found].map(([executor, counts]) => ({
    id: numberOf(executor),
    name: executor.constructor.name,
    ...counts,
  }));
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

function textOf(handle: object): string {
  const text = attempt(() => String(handle));
  if (text !== undefined && !text.startsWith('[object ')) return text;
  return attempt(() => handle.constructor.name) ?? 'object';
}

/** What a function returns, or `undefined` where it throws: a look from outside must not break anything. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
