import type { Context } from './context.js';
import { type Carrier, currentRunContext, type RunContext, runContext, runIn } from './low-level.js';

export {
  type Carrier,
  capture,
  captureIn,
  captureOthers,
  captureWith,
  contextIn,
  contextOf,
  currentContext,
  isSnapshot,
  runInCarrier,
  type Snapshot,
  snapshotOf,
} from './low-level.js';

/** @deprecated `RunContext` */
export type Frame = RunContext;
/** @deprecated `runContext` */
export const Frame = runContext as unknown as new (...args: Parameters<typeof runContext>) => RunContext;
/** @deprecated `currentRunContext` */
export const currentFrame = currentRunContext;
/** @deprecated `runIn` */
export const runInFrame = runIn;
/** @deprecated `runIn` */
export function runInContext<T, A, R>(
  carrier: Carrier,
  context: Context,
  loop: object | null,
  fn: (this: T, arg: A) => R,
  self: T,
  arg: A,
): R {
  return runIn(carrier, runContext(context, loop, null), fn, self, arg);
}
