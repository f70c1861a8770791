import { requireEngine } from './require-engine.js';

/**
 * What all copies of this package in one JavaScript realm have in common. The number in the registered name is the
 * version of the layout of everything that is reachable from here (this object, contexts, variables, tokens, trie
 * nodes): a copy that changes the layout must change the number, and then shares nothing with older copies. The
 * platform's part of it is in `platforms/current.ts`.
 */
export interface SharedState {
  /** Whether `setNodeInternals` allows what Node does not document; `undefined` until it is called. */
  internals?: boolean;
  /** Whether what Node does not document is used; decided at the first use. */
  usesInternals?: boolean;
  /** The context that is current where none was entered. */
  root?: object;
  /** Error classes by name, so that `instanceof` and `catch` agree between copies. */
  readonly errors: Record<string, unknown>;
  /** The value of `Token.MISSING`. */
  readonly missing: symbol;
  /** How many variables were made; each gets its hash from its number. */
  variableCount: number;
  /** Called with each variable that is made from now on; see `observeVariables()`. */
  onVariable?: ((variable: object) => void) | null;
}

requireEngine();

const key = Symbol.for('@bight/contextvars.shared-state.1');
const realm = globalThis as { [key]?: SharedState };

realm[key] ??= {
  errors: {},
  missing: Symbol.for('@bight/contextvars.Token.MISSING'),
  variableCount: 0,
};

/** The state that all copies of this package share. */
export const shared: SharedState = realm[key];

/** The state of the copies in another realm, if there are any. */
export function sharedStateOf(other: object): SharedState | undefined {
  return (other as typeof realm)[key];
}
