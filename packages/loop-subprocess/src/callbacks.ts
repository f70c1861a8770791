import { type Carrier, currentContext, runInCarrier } from '@bight/contextvars/low-level';
import { callbackCarrier } from '@bight/loop-core';
import type { SubprocessHostLoop } from './host-loop.js';

/**
 * Where the callbacks of one pipe or process run: in a copy of the context in which it was made, with all other
 * asynchronous storage as it was then, and no current task.
 */
export class Callbacks {
  readonly loop: SubprocessHostLoop;
  readonly #carrier: Carrier;

  constructor(loop: SubprocessHostLoop) {
    this.loop = loop;
    this.#carrier = callbackCarrier(loop);
  }

  /** Calls `fn.call(self, arg)` there, now. */
  run<T, A, R>(fn: (this: T, arg: A) => R, self: T, arg: A): R {
    return runInCarrier(this.#carrier, fn, self, arg);
  }

  /** Has `callback` called there, in the next iteration. Does nothing when the loop is closed. */
  soon<A extends unknown[]>(callback: (...args: A) => unknown, args: readonly [...A]): void {
    if (this.loop.isClosed()) return;
    this.run(() => this.loop.callSoon(callback, args, { context: currentContext() }), undefined, undefined);
  }
}
