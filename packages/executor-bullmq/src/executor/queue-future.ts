import type { ExecutorFuture } from '@bight/loop-abstract';
import type { FutureLoop } from '@bight/loop-core';
import { Future } from '@bight/loop-core/low-level';

/** What a future asks of its executor. */
export interface JobControl {
  /** The future was cancelled. */
  abandon(): void;
  /** Whether a worker has begun the job. */
  isRunning(): boolean;
}

/**
 * The future of a job: one of the loop that submitted it, for `gather()`, `waitFor()`, `asCompleted()` and whatever
 * else takes a future.
 *
 * Cancelling it withdraws the job: one that waits is removed, and the task of one that runs is cancelled on its worker.
 * The future is cancelled at once; `shutdown()` waits for the worker.
 */
export class QueueFuture<T = unknown> extends Future<T> implements ExecutorFuture<T> {
  /** The job's id: its key, if it was submitted with one. */
  readonly id: string;
  readonly #control: JobControl;

  /** @internal */
  constructor(loop: FutureLoop | null, id: string, control: JobControl) {
    super({ loop });
    this.id = id;
    this.#control = control;
  }

  /**
   * Cancels the future, and withdraws the job unless another future stands for it, too.
   *
   * @param message - the message of the CancelledError
   * @returns whether it was cancelled: `false` if it was done already
   */
  override cancel(message?: string | null): boolean {
    if (!super.cancel(message)) return false;
    this.#control.abandon();
    return true;
  }

  /** Whether a worker has begun the job, as far as is known here. It can be cancelled all the same. */
  running(): boolean {
    return !this.done() && this.#control.isRunning();
  }
}
