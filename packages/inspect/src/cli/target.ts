import type { LoopCounts, LoopSnapshot } from '@bight/loop-core/low-level';
import type { TaskRequest } from '../server/task-request.js';

/** What is known of every loop of another process. */
interface Watched {
  /** The number of its thread; 0 for the main thread. */
  readonly thread: number;
  /** For how many **seconds** it has been blocked; 0 when it is not. */
  readonly blockedFor: number;
}

/** A loop of another process. */
export interface TargetLoop extends LoopSnapshot, Watched {
  /** Where it is blocked. */
  readonly blockedStack?: readonly string[] | null;
}

/** How much there is in the loops of a process. */
export interface TargetCounts {
  readonly pid: number;
  readonly loops: readonly (LoopCounts & Watched)[];
}

/** What is in the loops of a process. */
export interface TargetSnapshot {
  readonly pid: number;
  readonly loops: readonly TargetLoop[];
}

/** Another process, to be inspected. */
export interface Target {
  snapshot(wanted: TaskRequest): Promise<TargetSnapshot>;
  counts(): Promise<TargetCounts>;
  /** @returns whether there is such a task; `null` when the loop is blocked */
  cancel(task: number): Promise<boolean | null>;
  /** Which functions take how long, and the steps since a moment. */
  profile(since: number): Promise<unknown>;
  /** A trace of what a loop does in this many seconds, as JSON; by default of the first one that runs. */
  trace(seconds: number, whenLag: number | null, loop: number | null): Promise<string>;
  close(): Promise<void>;
}
