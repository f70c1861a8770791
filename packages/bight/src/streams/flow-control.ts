import type { AbstractEventLoop, Coroutine } from '@bight/loop-abstract';
import { BaseProtocol } from '@bight/loop-abstract';
import { coroutine, Future } from '@bight/loop-core';
import { finishedFuture } from '../settled.js';
import { type CloseWaiters, closeWaiters } from './close-waiters.js';

/** What a {@link StreamWriter} asks of its protocol. */
export interface WriterProtocol {
  /** Waits until the transport takes more. */
  drained(): Future<void>;
  /** Waits until the transport is closed; throws the error with which it was lost. */
  closed(): Future<void>;
}

/**
 * The protocol of a transport that is only written to: with it a {@link StreamWriter} stands on a write pipe.
 *
 * Reference: `asyncio.streams.FlowControlMixin`.
 */
export class FlowControlProtocol extends BaseProtocol implements WriterProtocol {
  readonly #loop: AbstractEventLoop;
  readonly #closeWaiters: CloseWaiters;
  readonly #drainWaiters = new Set<Future<undefined>>();
  #paused = false;
  #lost = false;
  // What `drain()` returns nearly always, for every message: the same one each time.
  #nothingToWaitFor: Future<void> | null = null;

  constructor(loop: AbstractEventLoop) {
    super();
    this.#loop = loop;
    this.#closeWaiters = closeWaiters(loop);
  }

  override pauseWriting(): void {
    this.#paused = true;
  }

  override resumeWriting(): void {
    this.#paused = false;
    for (const waiter of this.#drainWaiters) if (!waiter.done()) waiter.setResult(undefined);
  }

  override connectionLost(exception: Error | null): void {
    this.#lost = true;
    this.#closeWaiters.close(exception);
    if (!this.#paused) return;
    for (const waiter of this.#drainWaiters) {
      if (waiter.done()) continue;
      if (exception === null) waiter.setResult(undefined);
      else waiter.setException(exception);
    }
  }

  drained(): Future<void> {
    if (!this.#lost && !this.#paused) {
      this.#nothingToWaitFor ??= finishedFuture(this.#loop, undefined);
      return this.#nothingToWaitFor;
    }
    return coroutine(this.#loop, this.#drained());
  }

  closed(): Future<void> {
    return this.#closeWaiters.wait();
  }

  *#drained(): Coroutine<void> {
    if (this.#lost) throw connectionLostError();
    const waiter = new Future<undefined>({ loop: this.#loop });
    this.#drainWaiters.add(waiter);
    try {
      yield* waiter;
    } finally {
      this.#drainWaiters.delete(waiter);
    }
  }
}

/** The error of writing to a connection that is gone, in the form that Node's own have. */
function connectionLostError(): NodeJS.ErrnoException {
  return Object.assign(new Error('Connection lost'), { code: 'ECONNRESET', syscall: 'write' });
}
