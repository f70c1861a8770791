import type { Frame } from '../frames/frame.js';
import type { FrameStorage } from '../shared-state.js';

declare const opaque: unique symbol;

/** Everybody's asynchronous storage values, ours included, as they were at one moment. */
export interface Carrier {
  readonly [opaque]?: never;
}

/** How a JavaScript engine carries values along asynchronous calls, reduced to what contexts and loops need. */
export interface Platform {
  /** Holds the current frame. */
  readonly storage: FrameStorage;
  /** Takes a snapshot of now. */
  capture(): Carrier;
  /**
   * The same for `runInFrame` and `captureIn` only, which put a frame in the place of ours: it may take less. `frame` is the one that is
   * current.
   */
  captureOthers(frame: Frame | undefined): Carrier;
  /** Calls `fn` exactly as things were when the carrier was made. */
  runInCarrier<T, A, R>(carrier: Carrier, fn: (this: T, arg: A) => R, self: T, arg: A): R;
  /** Calls `fn` with others' values from the carrier, and this frame. */
  runInFrame<T, A, R>(carrier: Carrier, frame: Frame, fn: (this: T, arg: A) => R, self: T, arg: A): R;
  /** Makes a carrier with others' values from a carrier, and this frame. */
  captureIn(carrier: Carrier, frame: Frame): Carrier;
  /** Makes a carrier with others' values as they are now, and this frame: `captureIn(capture(), frame)`, where it can be had for less. */
  captureWith?(frame: Frame): Carrier;
}

/** Calls a function with a `this` and one argument; shaped for APIs that pass arguments on. */
export function call<T, A, R>(fn: (this: T, arg: A) => R, self: T, arg: A): R {
  return fn.call(self, arg);
}
