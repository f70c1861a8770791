/// <reference lib="esnext.disposable" preserve="true" />
import type { Context } from './context.js';
import type { ContextVar } from './context-var.js';
import { kBefore, kContext, kIsUsed, kVariable } from './internals.js';
import { brand, brandClass } from './shared/brand.js';
import { inspection } from './shared/describe.js';
import { RuntimeError } from './shared/errors.js';
import { shared } from './shared/state.js';
import { ABSENT } from './variables.js';

/** On the prototype of every copy's `Token`. */
export const tokenBrand = brand('Token');

/**
 * What `ContextVar.set` returns: the way back to the value before.
 *
 * ```ts
 * using _ = locale.set('fi'); // reset at the end of the block
 * ```
 *
 * @python contextvars.Token
 */
export class Token<T> {
  /** @internal */
  readonly [kVariable]: ContextVar<T>;
  /** @internal */
  readonly [kContext]: Context;
  /** @internal */
  readonly [kBefore]: T | symbol;
  /** @internal */
  [kIsUsed] = false;

  /** @internal Only `ContextVar.set` makes tokens. */
  constructor(variable: ContextVar<T>, context: Context, before: T | symbol) {
    if (variable === undefined) throw new RuntimeError('only ContextVar.set() makes tokens');
    this[kVariable] = variable;
    this[kContext] = context;
    this[kBefore] = before;
  }

  /**
   * What `oldValue` is when the variable had no value in the context.
   *
   * @python contextvars.Token.MISSING
   */
  static readonly MISSING: unique symbol = shared.missing as never;

  /**
   * The variable that was set.
   *
   * @python contextvars.Token.var
   */
  get var(): ContextVar<T> {
    return this[kVariable];
  }

  /**
   * The value of the variable before it was set, or `Token.MISSING`.
   *
   * @python contextvars.Token.old_value
   */
  get oldValue(): T | typeof Token.MISSING {
    return this[kBefore] === ABSENT ? Token.MISSING : (this[kBefore] as T);
  }

  /**
   * Resets the variable, at the end of a `using` block.
   *
   * @throws {RuntimeError} when the token was used before
   * @throws {ValueError} when another context is current than the one in which the variable was set
   */
  [Symbol.dispose](): void {
    this[kVariable].reset(this);
  }

  /** For debugging. */
  toString(): string {
    return `<Token${this[kIsUsed] ? ' used' : ''} var=${this[kVariable]}>`;
  }

  /** For `console.log` in Node. */
  [inspection](): string {
    return this.toString();
  }

  static {
    brandClass(Token, tokenBrand);
  }
}
