import type { CancelledError } from '@bight/loop-abstract';
import type { CancelBlock } from './cancel-block.js';
import type { Task } from './task.js';
import { TaskSignal } from './task-signal.js';

/** The cancels that a task was asked to meet, and the signals that they abort. Few tasks ever have any. */
export class TaskCancels {
  /** All cancels that count: those of the task, and those of the blocks inside of it. */
  requested = 0;
  /** Those of the task itself: how often `cancel()` was called, less what was taken back. */
  ofTask = 0;
  /** What caused the cancel that is under way. */
  cause: { cause: unknown } | null = null;
  /** The blocks inside whose signals are in use. */
  readonly signalled = new Set<CancelBlock>();
  readonly #cancelledBlocks = new Set<CancelBlock>();
  #signal: TaskSignal | null = null;
  #lastDelivered: CancelledError | null = null;

  /** The block inside that was cancelled last. */
  get lastBlock(): CancelBlock | null {
    return [...this.#cancelledBlocks].at(-1) ?? null;
  }

  /** A cancel more, or less, of a block or of the task. */
  count(block: CancelBlock | null, by: 1 | -1): void {
    this.requested += by;
    if (block !== null && block.cancels === 0) this.#cancelledBlocks.delete(block);
    else if (block !== null) this.#cancelledBlocks.add(block);
    // The task goes on: what it begins from here on has a signal that was not aborted.
    if (this.ofTask === 0 && this.#signal?.signal.aborted === true) this.#signal = null;
  }

  /**
   * Takes back a cancel of a block, or of one around it, or else of the task.
   *
   * @returns whether that was the last one of the task itself
   */
  takeBack(task: Task, block: CancelBlock | null): boolean {
    for (let at = block; at !== null && at.task === task; at = at.parent) {
      if (at.cancels === 0) continue;
      at.cancels--;
      this.count(at, -1);
      return false;
    }
    if (this.ofTask === 0) return false;
    this.ofTask--;
    this.count(null, -1);
    return this.ofTask === 0;
  }

  /** The signal of the task, aborted already where the task was cancelled. */
  signalOf(task: Task): AbortSignal {
    if (this.#signal === null) {
      this.#signal = new TaskSignal();
      if (this.ofTask > 0 || task.cancelled()) this.#signal.abort(this.#lastDelivered?.message, null);
    }
    return this.#signal.signal;
  }

  /** Aborts the signals of the task and of its blocks. */
  abortSignals(task: Task, message: string | undefined): void {
    for (const block of [...this.signalled]) block.abortFrom(null, message);
    this.#signal?.abort(message, task);
  }

  noteDelivered(error: CancelledError): void {
    this.#lastDelivered = this.explain(error);
    this.cause = null;
  }

  /** Names the cause of the cancel that is on its way. */
  explain(error: CancelledError): CancelledError {
    if (this.cause !== null && !('cause' in error)) {
      const { cause } = this.cause;
      Object.defineProperty(error, 'cause', { value: cause, configurable: true, writable: true });
    }
    return error;
  }
}
