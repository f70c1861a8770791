import type { Context } from './context.js';
import type { Frame } from './frames/frame.js';

/**
 * What all copies of this package in one JavaScript realm have in common. The number in the registered name is the version of
 * the layout of everything that is reachable from here (this object, frames, contexts, variables, trie nodes): a copy that
 * changes the layout must change the number, and then shares nothing with older copies.
 */
export interface SharedState {
  /** The storage that carries the current frame; made by the first copy that loads. */
  storage?: FrameStorage;
  /** The context that is current where none was entered. */
  root?: Context;
  /** Error classes by name, so that `instanceof` and `catch` agree between copies. */
  readonly errors: Record<string, unknown>;
  /** The value of `Token.MISSING`. */
  readonly missing: symbol;
  /** How many variables were made; each gets its hash from its number. */
  variableCount: number;
}

/** The part of AsyncLocalStorage's interface that every carrier has. */
export interface FrameStorage {
  getStore(): Frame | undefined;
  run<A extends unknown[], R>(frame: Frame, fn: (...args: A) => R, ...args: A): R;
  enterWith?(frame: Frame | undefined): void;
}

const key = Symbol.for('@bight/contextvars.shared-state.1');
const realm = globalThis as { [key]?: SharedState };

realm[key] ??= {
  errors: {},
  missing: Symbol.for('@bight/contextvars.Token.MISSING'),
  variableCount: 0,
};

/** The state that all copies of this package share. */
export const shared: SharedState = realm[key];
