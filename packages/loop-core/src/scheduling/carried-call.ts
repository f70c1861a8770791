import { type Carrier, currentContext, runInCarrier } from '@bight/contextvars/low-level';
import { describeCallback } from '../debugging/describe.js';
import { kIsAwaiter, kRun } from '../internals.js';
import { enqueue } from './enqueue.js';
import { type Callback, type FutureLoop, Handle, type HandleLoop } from './handle.js';
import { type Runnable, turn } from './runnable.js';

/** A callback that runs once, in a carrier that was captured before. */
class CarriedCall implements Runnable {
  declare [kIsAwaiter]: boolean;
  readonly #loop: HandleLoop;
  readonly #carrier: Carrier;
  readonly #callback: Callback;
  readonly #args: readonly unknown[];

  static {
    this.prototype[kIsAwaiter] = false;
  }

  constructor(loop: HandleLoop, carrier: Carrier, callback: Callback, args: readonly unknown[]) {
    this.#loop = loop;
    this.#carrier = carrier;
    this.#callback = callback;
    this.#args = args;
  }

  [kRun](): void {
    runInCarrier(this.#carrier, CarriedCall.#call, this, undefined);
  }

  static #call(this: CarriedCall): void {
    try {
      const result = (this.#callback as (...args: readonly unknown[]) => unknown)(...this.#args);
      if (typeof result === 'object' && result !== null) turn.resumed = true;
    } catch (error) {
      const message = `Exception in callback ${describeCallback(this.#callback, this.#args, this.#loop)}`;
      // The handle that `callSoon()` would have made.
      const handle = new Handle(this.#callback, this.#args, this.#loop, currentContext(), false);
      this.#loop.callExceptionHandler({ message, exception: error as Error, handle });
    }
  }

  /** For messages. */
  toString(): string {
    return describeCallback(this.#callback, this.#args, this.#loop);
  }
}

/**
 * Schedules a callback to run in a place that was made for several, see {@link callbackCarrier}; for authors of
 * drivers. It spares what `callSoon()` takes with it to find the way back to its caller. It cannot be cancelled.
 */
export function callSoonIn<A extends unknown[]>(
  loop: FutureLoop,
  carrier: Carrier,
  callback: (...args: A) => unknown,
  args: readonly [...A],
): void {
  enqueue(loop, new CarriedCall(loop, carrier, callback as Callback, args));
}
