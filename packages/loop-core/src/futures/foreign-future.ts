import type { AbstractFuture } from '@bight/loop-abstract';
import { kFinish, kRun, kState, kWake } from '../internals.js';
import type { FutureLoop } from '../scheduling/handle.js';
import type { Runnable } from '../scheduling/runnable.js';
import { Future } from './future.js';
import { CANCELLED, FAILED, FINISHED, PENDING } from './state.js';

/** Whether a value is a future of a foreign library. @internal */
export function isForeignFuture(value: unknown): value is AbstractFuture {
  if (typeof value !== 'object' || value === null || value instanceof Future) return false;
  const { addDoneCallback, getLoop } = value as Partial<AbstractFuture>;
  return typeof addDoneCallback === 'function' && typeof getLoop === 'function';
}

/**
 * A future of ours for a foreign one, as a loop that was written from the interfaces alone makes them.
 *
 * It is done when the turn comes that the other gave to its callbacks, and its awaiter goes on within that turn: so
 * waiting for it takes as many turns as waiting for the other would.
 *
 * @internal
 */
export class ForeignFuture<T> extends Future<T> {
  readonly #source: AbstractFuture<T>;

  constructor(source: AbstractFuture<T>) {
    super({ loop: source.getLoop() as FutureLoop }, true);
    this.#source = source;
    source.addDoneCallback(() => this.#arrive());
  }

  /** Cancels the other one; that it is cancelled comes back as any outcome does. */
  override cancel(message?: string | null): boolean {
    return this[kState] === PENDING ? this.#source.cancel(message) : super.cancel(message);
  }

  /** The other one. */
  get source(): AbstractFuture<T> {
    return this.#source;
  }

  override [kWake](waiter: Runnable): void {
    waiter[kRun]();
  }

  #arrive(): void {
    try {
      this[kFinish](FINISHED, this.#source.result());
    } catch (error) {
      this[kFinish](this.#source.cancelled() ? CANCELLED : FAILED, error);
    }
  }
}

/** What a caller knows a future as: the foreign one, where ours only stands for it. @internal */
export function asGiven<T>(future: Future<T>): Future<T> {
  return future instanceof ForeignFuture ? (future.source as unknown as Future<T>) : future;
}
