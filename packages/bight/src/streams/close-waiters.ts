import type { AbstractEventLoop } from '@bight/loop-abstract';
import { coroutine, type Future } from '@bight/loop-core';
import { WaitQueue } from '@bight/loop-core/low-level';
import { completedFuture, failedFuture } from '../futures/completed-future.js';

/**
 * The tasks that wait for a connection to close, or for a process to end. Each has a future of its own, so that
 * cancelling one leaves the others alone, and those that wait later.
 */
export class CloseWaiters {
  readonly #loop: AbstractEventLoop;
  readonly #waiters = new WaitQueue();
  #isClosed = false;
  #failure: Error | null = null;

  constructor(loop: AbstractEventLoop) {
    this.#loop = loop;
  }

  /** Ends all waits, with an error where there is one. */
  close(exception: Error | null): void {
    this.#isClosed = true;
    this.#failure = exception;
    if (exception === null) this.#waiters.wakeAll();
    else this.#waiters.failAll(exception);
  }

  /**
   * Waits for `close()`.
   *
   * @throws what that was given
   */
  wait(): Future<void> {
    const loop = this.#loop;
    if (!this.#isClosed) return coroutine(loop, this.#waiters.wait(loop, undefined));
    return this.#failure === null ? completedFuture(loop, undefined) : failedFuture(loop, this.#failure);
  }
}
