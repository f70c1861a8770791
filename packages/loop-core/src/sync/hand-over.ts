import { Future } from '../futures/future.js';
import { FINISHED, PENDING } from '../futures/state.js';
import { kFinish, kIsInline, kState } from '../internals.js';
import type { FutureLoop } from '../scheduling/handle.js';

/**
 * A wait that ends when something is handed over: an item, a token. Once that has happened nothing is taken back: a
 * cancel that comes in the same turn is thrown at the next wait, so that a wait that was cancelled has taken nothing.
 */
export class HandOver<T> extends Future<T> {
  readonly #giveUp: () => void;

  /** @param giveUp - called when the wait is cancelled, to take it out of its queue */
  constructor(loop: FutureLoop, giveUp: (wait: HandOver<T>) => void) {
    super({ loop });
    this.#giveUp = () => giveUp(this);
  }

  /** Hands something over; the code that waits goes on in a later callback of the loop. */
  hand(value: T): void {
    if (this[kState] === PENDING) this[kFinish](FINISHED, value);
  }

  /** A cancel that comes too late for this is not thrown in its place. */
  override get [kIsInline](): boolean {
    return true;
  }

  override cancel(message?: string | null): boolean {
    if (this[kState] !== PENDING) return false;
    this.#giveUp();
    return super.cancel(message);
  }
}
