import type { QueueFuture } from './queue-future.js';

/** A job that is under way, with those of this executor's futures that stand for it. */
export class Entry {
  readonly futures = new Set<QueueFuture<unknown>>();
  /** What listens to the job's progress; `null` as long as nothing does. */
  listeners: Map<QueueFuture<unknown>, (value: unknown) => unknown> | null = null;
  /** Whether a worker has begun it. */
  isRunning = false;
  /** Whether it was withdrawn: a submission with the same key does not join it, but comes after it. */
  isLeaving = false;
  /** Submits what came after it. */
  next: (() => void) | null = null;
  /** The entry that its futures went over to. */
  mergedInto: Entry | null = null;

  /** Adds the listener of a future, which is called with the job's progress. */
  listen(future: QueueFuture<unknown>, listener: (value: unknown) => unknown): void {
    this.listeners ??= new Map();
    this.listeners.set(future, listener);
  }
}
