import type { RunContextStorage } from './platform.js';
import type { RunContext } from './run-context.js';

declare const opaque: unique symbol;

/** A snapshot of all AsyncLocalStorage values, the current `RunContext` included. */
export interface Carrier {
  readonly [opaque]?: never;
}

/** How loops take snapshots on a platform, and run code in them. */
export interface Carriers {
  /** Takes a snapshot of now. */
  capture(): Carrier;
  /**
   * The same for `runIn` and `captureIn` only, which replace our value: it may take less.
   *
   * @param run - the current `RunContext`
   */
  captureOthers(run: RunContext | undefined): Carrier;
  /** Calls `fn` exactly as things were when the carrier was made. */
  runInCarrier<T, A, R>(carrier: Carrier, fn: (this: T, arg: A) => R, self: T, arg: A): R;
  /** Calls `fn` with the foreign values of the carrier, and this `RunContext`. */
  runIn<T, A, R>(carrier: Carrier, run: RunContext, fn: (this: T, arg: A) => R, self: T, arg: A): R;
  /** Makes a carrier with the foreign values of a carrier, and this `RunContext`. */
  captureIn(carrier: Carrier, run: RunContext): Carrier;
  /** Makes a carrier with the foreign values of now, and this `RunContext`: a cheaper `captureIn(capture(), run)`. */
  captureWith?(run: RunContext): Carrier;
  /** Makes this the current `RunContext` until another one is entered. Only where values do not follow `await`. */
  enter?(run: RunContext | undefined): void;
}

/** Calls a function with this `RunContext`, a `this` and one argument; shaped for APIs that pass arguments on. */
export function runWith<T, A, R>(
  storage: RunContextStorage,
  run: RunContext | undefined,
  fn: (this: T, arg: A) => R,
  self: T,
  arg: A,
): R {
  return storage.run(run as RunContext, call<T, A, R>, fn, self, arg);
}

/** Calls a function with a `this` and one argument; shaped for APIs that pass arguments on. */
export function call<T, A, R>(fn: (this: T, arg: A) => R, self: T, arg: A): R {
  return fn.call(self, arg);
}
