import { Context } from './context.js';
import { kVariables } from './internals.js';
import type { Variables } from './variables.js';

declare const opaque: unique symbol;

/** The variables of a context at one moment: a copy of it that has not been made yet. */
export interface Snapshot {
  /** Only {@link contextOf} reads it. */
  readonly [opaque]: true;
}

/** The variables of a context, as they are now. */
export function snapshotOf(context: Context): Snapshot {
  return context[kVariables] as unknown as Snapshot;
}

/**
 * Distinguishes a snapshot from a context.
 *
 * @returns whether it is a snapshot
 */
export function isSnapshot(value: Snapshot | Context): value is Snapshot {
  // A context's variables are a node of a trie, and nodes are arrays.
  return Array.isArray(value);
}

/**
 * Makes a context with the variables of a snapshot: `contextOf(snapshotOf(context))` is `context.copy()` in two steps.
 */
export function contextOf(snapshot: Snapshot): Context {
  const context = new Context();
  context[kVariables] = snapshot as unknown as Variables;
  return context;
}
