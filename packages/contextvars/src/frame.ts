import type { Carrier } from './carriers/carrier.js';
import { platform } from './carriers/platform.js';
import type { Context } from './context.js';
import { runInContext as enter } from './entry/index.js';
import type { Frame } from './frames/frame.js';

export type { Carrier } from './carriers/carrier.js';
export { currentContext } from './context.js';
export { Frame } from './frames/frame.js';

const { storage } = platform;

/** The frame that the asynchronous context carries; `undefined` where nothing was entered (root context, no loop). */
export function currentFrame(): Frame | undefined {
  return storage.getStore();
}

/** Takes a snapshot of everybody's asynchronous storage, ours included. */
export function capture(): Carrier {
  return platform.capture();
}

/** Calls `fn.call(self, arg)` with everything exactly as it was captured. */
export function runInCarrier<T, A, R>(carrier: Carrier, fn: (this: T, arg: A) => R, self: T, arg: A): R {
  return platform.runInCarrier(carrier, fn, self, arg);
}

/** Calls `fn.call(self, arg)` with others' values from the carrier, and this frame. */
export function runInFrame<T, A, R>(
  carrier: Carrier,
  frame: Frame,
  fn: (this: T, arg: A) => R,
  self: T,
  arg: A,
): R {
  return platform.runInFrame(carrier, frame, fn, self, arg);
}

/** Makes a carrier for repeated entries: others' values from a carrier, and this frame. */
export function captureIn(carrier: Carrier, frame: Frame): Carrier {
  return platform.captureIn(carrier, frame);
}

/**
 * Like `runInFrame` with `new Frame(context, loop, null)`; the context remembers the frame where that makes later
 * entries with the same carrier's values cheaper (Node 24 and later).
 */
export function runInContext<T, A, R>(
  carrier: Carrier,
  context: Context,
  loop: object | null,
  fn: (this: T, arg: A) => R,
  self: T,
  arg: A,
): R {
  return enter(carrier, context, loop, fn, self, arg);
}
