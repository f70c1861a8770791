import { RunContext } from './run-context.js';

declare const opaque: unique symbol;

/** A snapshot of all AsyncLocalStorage values, the current `RunContext` included. */
export interface Carrier {
  readonly [opaque]?: never;
}

/** The part of AsyncLocalStorage's interface that every storage of a `RunContext` has. */
export interface RunContextStorage {
  getStore(): RunContext | undefined;
  run<A extends unknown[], R>(run: RunContext, fn: (...args: A) => R, ...args: A): R;
  enterWith?(run: RunContext | undefined): void;
}

/** How a JavaScript engine carries values along asynchronous calls, reduced to what contexts and loops need. */
export interface Platform {
  /** Holds the current `RunContext`. */
  readonly storage: RunContextStorage;
  /** Whether values follow `await`, timers and events. */
  readonly isAsynchronous: boolean;
  /** Makes a `RunContext` in the form that this platform enters fastest. */
  readonly create: <C extends object>(context: C, loop: object | null, task: object | null) => RunContext<C>;
  /** Reads the current `RunContext`; `undefined` where none was entered. */
  readonly current: () => RunContext | undefined;
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

/** Makes a plain `RunContext`, for platforms that need no more. */
export function createPlain<C extends object>(
  context: C,
  loop: object | null,
  task: object | null,
): RunContext<C> {
  return new RunContext(context, loop, task);
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
