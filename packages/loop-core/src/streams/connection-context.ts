import { type Carrier, runInCarrier } from '@bight/contextvars/low-level';
import { callbackCarrier } from '../scheduling/callback-carrier.js';
import { callSoonIn } from '../scheduling/carried-call.js';
import type { FutureLoop } from '../scheduling/handle.js';

/**
 * The context that the callbacks of one connection or process run in: a copy of the one in which it was created, with
 * all other asynchronous storage as it was then, and no current task. Taken once for each connection, since entering it
 * must cost little.
 */
export class ConnectionContext {
  readonly #carrier: Carrier;

  constructor(loop: object) {
    this.#carrier = callbackCarrier(loop);
  }

  /** Calls `fn.call(self, arg)` in the context. */
  run<T, A, R>(fn: (this: T, arg: A) => R, self: T, arg: A): R {
    return runInCarrier(this.#carrier, fn, self, arg);
  }

  /** Schedules a callback in the context. */
  soon<A extends unknown[]>(
    loop: FutureLoop,
    callback: (...args: A) => unknown,
    args: readonly [...A],
  ): void {
    callSoonIn(loop, this.#carrier, callback, args);
  }
}
