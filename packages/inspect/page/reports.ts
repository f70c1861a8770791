/** A limit on the time of what a task does. */
export interface TimeLimit {
  readonly kind: 'timeout' | 'scope';
  readonly secondsLeft: number;
}

/** A task, as the inspector reports it. */
export interface Task {
  readonly id: number;
  readonly name: string;
  readonly state: string;
  readonly coroutine: string;
  readonly stack: readonly string[];
  readonly awaitedBy: readonly number[];
  readonly timeLimits?: readonly TimeLimit[];
}

/** Something that is open. */
export interface Handle {
  readonly id: number;
  readonly kind: string;
  readonly text: string;
  readonly stack: string | null;
  readonly peer?: string;
  readonly unsent?: number;
  readonly pid?: number;
}

/** The calls of an executor that have not returned. */
export interface Executor {
  readonly id: number;
  readonly name: string;
  readonly running: number;
  readonly queued: number;
}

/** A queue between tasks. */
export interface Queue {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  readonly capacity: number | null;
  readonly stack: string | null;
}

/** How much there is in a loop. */
export interface Counts {
  readonly id: number;
  readonly thread: number;
  readonly name: string;
  readonly running: boolean;
  readonly ready: number;
  readonly timers: number;
  readonly seconds: number;
  readonly busySeconds: number;
  readonly lag: number;
  readonly blockedFor: number;
  readonly taskCount: number;
  readonly handleCount: number;
  readonly unsent: number;
}

/** A loop, as the inspector reports it. */
export interface Loop extends Counts {
  readonly blockedStack?: readonly string[] | null;
  readonly handles: readonly Handle[];
  readonly executors: readonly Executor[];
  readonly queues: readonly Queue[];
  /** The first of the tasks, if there are very many. */
  readonly tasks: readonly Task[];
  /** How many follow. */
  readonly more: number;
}

/** What the inspector reports. */
export interface Snapshot {
  readonly pid: number;
  readonly loops: readonly Loop[];
}

const NOTHING = { handles: [], executors: [], queues: [], tasks: [], more: 0 };

/** What is known of the loops, with newer numbers. */
export function updated(
  known: Snapshot | null,
  { pid, loops }: { readonly pid: number; readonly loops: readonly Counts[] },
): Snapshot {
  const before = new Map((known?.loops ?? []).map((loop) => [loop.id, loop]));
  return { pid, loops: loops.map((counts) => ({ ...(before.get(counts.id) ?? NOTHING), ...counts })) };
}

/** The time that the runs of one function have taken. */
export interface CallbackTime {
  readonly id: number;
  readonly name: string;
  readonly kind: 'task' | 'callback';
  readonly where: string | null;
  readonly count: number;
  readonly total: number;
  readonly longest: number;
}

/** A run of a callback (`task` is 0), or a step of a task. */
export interface Step {
  readonly task: number;
  readonly name: string;
  readonly at: number;
  readonly seconds: number;
}

/** A task that is done, and has begun what still runs and no code awaits. */
export interface Unawaited {
  readonly task: string;
  readonly coroutine: string;
  readonly where: string | null;
}

/** What a loop has done. */
export interface Profile {
  readonly id: number;
  readonly callbacks: readonly CallbackTime[];
  readonly steps: readonly Step[];
  readonly unawaited: readonly Unawaited[];
}
