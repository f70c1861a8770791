import { kBare, kEntered } from '../internals.js';
import { createRunContext } from '../platforms/current.js';
import type { RunContext } from '../platforms/run-context.js';
import { RuntimeError } from '../shared/errors.js';
import { shared } from '../shared/state.js';

/** What entering needs of a context. */
export interface Enterable {
  /** How often it is on the synchronous stack, as the one entered or as the one left for another. */
  [kEntered]: number;
  /** Its `RunContext` outside of loops. */
  [kBare]: RunContext<Enterable> | undefined;
}

/** How a function is called in a context; `isExclusive` refuses a context that is entered already. */
export type EnterContext = <T, A extends unknown[], R>(
  context: Enterable,
  isExclusive: boolean,
  fn: (this: T, ...args: A) => R,
  self: T,
  args: A,
) => R;

/** The context of a `RunContext`; without one, the root context. */
export function enterableIn(run: RunContext | undefined): Enterable {
  return (run === undefined ? shared.root : run.context) as Enterable;
}

/** The `RunContext` of a context that is entered from this one: the same loop goes on, and the same task. */
export function runContextIn(context: Enterable, outer: RunContext | undefined): RunContext<Enterable> {
  if (outer === undefined || (outer.loop === null && outer.task === null)) {
    context[kBare] ??= createRunContext(context, null, null);
    return context[kBare];
  }
  const inner = createRunContext(context, outer.loop, null);
  outer.shareTask(inner);
  return inner;
}

/**
 * Refuses to enter a context twice. The count shows that it is on the synchronous stack, entered or left for another;
 * that it is current shows in asynchronous continuations, too, when the stack is empty.
 */
export function guard(context: Enterable, current: Enterable): void {
  if (context[kEntered] > 0 || context === current) {
    throw new RuntimeError(`cannot enter ${context}: it is entered already`);
  }
}

/** Counts one context as left for another one, and that one as entered. */
export function noteEntry(context: Enterable, outer: Enterable): void {
  context[kEntered]++;
  outer[kEntered]++;
}

/** Undoes `noteEntry`. */
export function noteExit(context: Enterable, outer: Enterable): void {
  context[kEntered]--;
  outer[kEntered]--;
}
