import type { Context } from '../context.js';
import { RuntimeError } from '../errors.js';
import { Frame } from '../frames/frame.js';
import { shared } from '../shared-state.js';

/** How a function is called in a context; `exclusive` refuses a context that is entered already. */
export type EnterContext = <T, A extends unknown[], R>(
  context: Context,
  exclusive: boolean,
  fn: (this: T, ...args: A) => R,
  self: T,
  args: A,
) => R;

/** The context that is current with this frame. */
export function contextInFrame(frame: Frame | undefined): Context {
  return frame === undefined ? (shared.root as Context) : frame.context;
}

/** The frame of a context that is entered from this one: the same loop goes on, and the same task. */
export function frameIn(context: Context, outer: Frame | undefined): Frame {
  if (outer === undefined || (outer.loop === null && outer.task === null)) {
    context.bareFrame ??= new Frame(context, null, null);
    return context.bareFrame;
  }
  return new Frame(context, outer.loop, outer.task);
}

/**
 * Refuses to enter a context twice. The count tells that it is on the synchronous stack, entered or left for another; that it
 * is current shows in asynchronous continuations, too, when nothing is on the stack any more.
 */
export function guard(context: Context, current: Context): void {
  if (context.entered > 0 || context === current) {
    throw new RuntimeError(`cannot enter ${context}: it is entered already`);
  }
}

/** Notes that a context is left for another one, and that one entered. */
export function noteEntry(context: Context, outer: Context): void {
  context.entered++;
  outer.entered++;
}

/** Notes that a context is back from another one. */
export function noteExit(context: Context, outer: Context): void {
  context.entered--;
  outer.entered--;
}
