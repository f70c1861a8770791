import { kIsAwaiter, kRun } from '../internals.js';
import type { Runnable } from './runnable.js';

/** Something that the host reported, on its way to a driver. @internal */
export class HostEvent<S, A> implements Runnable {
  declare [kIsAwaiter]: boolean;
  readonly #callback: (this: S, arg: A) => void;
  readonly #self: S;
  readonly #arg: A;

  static {
    this.prototype[kIsAwaiter] = false;
  }

  constructor(callback: (this: S, arg: A) => void, self: S, arg: A) {
    this.#callback = callback;
    this.#self = self;
    this.#arg = arg;
  }

  [kRun](): void {
    this.#callback.call(this.#self, this.#arg);
  }

  /** For messages. */
  toString(): string {
    return 'an event of the host';
  }
}
