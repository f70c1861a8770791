import { kIsAwaiter, kIsUnfinished, kRun } from '../internals.js';
import { type Runnable, turn } from './runnable.js';

/**
 * Several events that the host reported at once, on their way to a driver: one entry into the loop for all, and yet
 * each is a callback of its own in the same iteration, as asyncio's selector has it.
 *
 * @internal
 */
export class HostBatch<S> implements Runnable {
  declare [kIsAwaiter]: boolean;
  readonly #next: (this: S) => boolean;
  readonly #self: S;
  /** Whether there are events left, which wait for the microtasks of the last one. */
  [kIsUnfinished] = false;

  static {
    this.prototype[kIsAwaiter] = false;
  }

  constructor(next: (this: S) => boolean, self: S) {
    this.#next = next;
    this.#self = self;
  }

  [kRun](): void {
    const next = this.#next;
    const self = this.#self;
    while (next.call(self)) {
      if (!turn.resumed) continue;
      this[kIsUnfinished] = true;
      return;
    }
    this[kIsUnfinished] = false;
  }

  /** For messages. */
  toString(): string {
    return 'events of the host';
  }
}
