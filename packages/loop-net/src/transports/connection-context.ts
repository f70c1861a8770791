import { type Context, copyContext } from '@bight/contextvars';
import { type Carrier, captureWith, runContext, runInCarrier } from '@bight/contextvars/low-level';
import { callSoonIn, type FutureLoop } from '@bight/loop-core';

/**
 * The context that the callbacks of one connection run in: a copy of the one in which it was created, with everybody
 * else's asynchronous storage as it was then. Taken once for each connection, since entering it must cost little.
 */
export class ConnectionContext {
  readonly context: Context = copyContext();
  readonly #carrier: Carrier;

  constructor(loop: object) {
    this.#carrier = captureWith(runContext(this.context, loop, null));
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
