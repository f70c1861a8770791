import type { Carrier } from './carriers/carrier.js';
import { platform } from './carriers/platform.js';
import { Context } from './context.js';
import { contextInFrame } from './entry/enter.js';
import { Frame } from './frames/frame.js';

export type { Carrier } from './carriers/carrier.js';
export { currentFrame } from './carriers/platform.js';
export { currentContext } from './context.js';
export { Frame } from './frames/frame.js';

/** The variables of a context at one moment: what a copy of it has, before somebody asks for the copy itself. */
export interface Snapshot {
  /** Only {@link contextOf} can do something with it. */
  readonly [opaque]: true;
}

declare const opaque: unique symbol;

/** The context that is current with this frame: of what {@link currentFrame} gives, the current one. */
export function contextIn(frame: Frame | undefined): Context {
  return contextInFrame(frame);
}

/** The variables of a context, as they are now. */
export function snapshotOf(context: Context): Snapshot {
  return context.variables as unknown as Snapshot;
}

/** Tells a snapshot from a context. */
export function isSnapshot(value: Snapshot | Context): value is Snapshot {
  // A context's variables are a node of a trie, and nodes are arrays.
  return Array.isArray(value);
}

/** A new context with the variables of a snapshot. `contextOf(snapshotOf(context))` is `context.copy()`, taken apart in time. */
export function contextOf(variables: Snapshot): Context {
  const context = new Context();
  context.variables = variables as unknown as Context['variables'];
  return context;
}

/** Takes a snapshot of everybody's asynchronous storage, ours included. */
export function capture(): Carrier {
  return platform.capture();
}

/**
 * The same for {@link runInFrame} and {@link captureIn} only, which put a frame in the place of ours: it may take less.
 *
 * @param frame - the current frame
 */
export function captureOthers(frame: Frame | undefined): Carrier {
  return platform.captureOthers(frame);
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

/** Makes a carrier for repeated entries: others' values as they are now, and this frame. */
export function captureWith(frame: Frame): Carrier {
  return platform.captureWith?.(frame) ?? platform.captureIn(platform.capture(), frame);
}

/** Like `runInFrame` with `new Frame(context, loop, null)`. */
export function runInContext<T, A, R>(
  carrier: Carrier,
  context: Context,
  loop: object | null,
  fn: (this: T, arg: A) => R,
  self: T,
  arg: A,
): R {
  return platform.runInFrame(carrier, new Frame(context, loop, null), fn, self, arg);
}
