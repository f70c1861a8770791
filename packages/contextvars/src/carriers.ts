import { type Context, rootContext } from './context.js';
import { kSharedTask } from './internals.js';
import type { Carrier } from './platforms/carrier.js';
import { currentCarriers } from './platforms/carriers/choose.js';
import { createRunContext, currentRunContext as readRunContext } from './platforms/current.js';
import type { RunContext as AnyRunContext, TaskHolder } from './platforms/run-context.js';

/** What the asynchronous context carries: the current context, and the loop and the task whose code runs. */
export type RunContext = AnyRunContext<Context>;

/**
 * The `RunContext` that the asynchronous context carries; `undefined` where none was entered (root context, no loop).
 */
export const currentRunContext = readRunContext as () => RunContext | undefined;

/**
 * Makes a {@link RunContext}, to be entered with {@link runIn} or {@link captureWith}.
 *
 * @param context - the context that variables are read and set in
 * @param loop - the loop that runs the code, or `null`
 * @param task - the task whose code it is, or `null`
 */
export function runContext(context: Context, loop: object | null, task: object | null): RunContext {
  return createRunContext(context, loop, task);
}

/**
 * Makes a {@link RunContext} whose task is made on demand.
 *
 * @param context - the context that variables are read and set in
 * @param loop - the loop that runs the code
 * @param holder - what makes the task
 */
export function runContextFor(context: Context, loop: object, holder: TaskHolder): RunContext {
  const run = createRunContext(context, loop, null);
  run[kSharedTask] = holder;
  return run;
}

/** The context of what {@link currentRunContext} returned. */
export function contextIn(run: RunContext | undefined): Context {
  return run === undefined ? rootContext : run.context;
}

/** Takes a snapshot of all AsyncLocalStorage values, our own included. */
export function capture(): Carrier {
  return currentCarriers().capture();
}

/**
 * The same for {@link runIn} and {@link captureIn} only, which replace our own value: it may take less.
 *
 * @param run - the current `RunContext`
 */
export function captureOthers(run: RunContext | undefined): Carrier {
  return currentCarriers().captureOthers(run);
}

/**
 * Makes a carrier for repeated entries.
 *
 * @param carrier - where the foreign values come from
 * @param run - our own value
 */
export function captureIn(carrier: Carrier, run: RunContext): Carrier {
  return currentCarriers().captureIn(carrier, run);
}

/**
 * Makes a carrier for repeated entries, with the foreign values of now.
 *
 * @param run - our own value
 */
export function captureWith(run: RunContext): Carrier {
  const carriers = currentCarriers();
  return carriers.captureWith?.(run) ?? carriers.captureIn(carriers.capture(), run);
}

/** Calls `fn.call(self, arg)` with everything exactly as it was captured. */
export function runInCarrier<T, A, R>(carrier: Carrier, fn: (this: T, arg: A) => R, self: T, arg: A): R {
  return currentCarriers().runInCarrier(carrier, fn, self, arg);
}

/** Calls `fn.call(self, arg)` with the foreign values of the carrier, and this `RunContext`. */
export function runIn<T, A, R>(
  carrier: Carrier,
  run: RunContext,
  fn: (this: T, arg: A) => R,
  self: T,
  arg: A,
): R {
  return currentCarriers().runIn(carrier, run, fn, self, arg);
}

/**
 * Makes this the current {@link RunContext} until another one is entered, for loops on engines where contexts do not
 * follow `await`: it identifies the code of the microtasks that a loop has caused while they run. Does nothing on other
 * engines.
 *
 * @param run - the run context; `undefined` for none
 */
export function enterRunContext(run: RunContext | undefined): void {
  currentCarriers().enter?.(run);
}
