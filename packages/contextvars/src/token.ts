import { brand, brandClass } from './brand.js';
import type { Context } from './context.js';
import type { ContextVar } from './context-var.js';
import { inspection } from './describe.js';
import { RuntimeError } from './errors.js';
import { shared } from './shared-state.js';
import { ABSENT } from './variables.js';

/** On the prototype of every copy's `Token`. */
export const tokenBrand = brand('Token');

/**
 * What `ContextVar.set` returns: the way back to the value before. Python's `contextvars.Token`.
 *
 * ```ts
 * using _ = locale.set('fi'); // reset at the end of the block
 * ```
 */
export class Token<T> {
  /** @internal */
  readonly variable: ContextVar<T>;
  /** @internal */
  readonly context: Context;
  /** @internal The value before, or `ABSENT`. */
  readonly before: T | symbol;
  /** @internal */
  used = false;

  /** @internal */
  constructor(variable: ContextVar<T>, context: Context, before: T | symbol) {
    if (variable === undefined) throw new RuntimeError('only ContextVar.set() makes tokens');
    this.variable = variable;
    this.context = context;
    this.before = before;
  }

  /** What `oldValue` is when the variable had no value in the context. Python's `Token.MISSING`. */
  static readonly MISSING: unique symbol = shared.missing as never;

  /** The variable that was set. Python's `Token.var`. */
  get var(): ContextVar<T> {
    return this.variable;
  }

  /** The value of the variable before it was set, or `Token.MISSING`. Python's `Token.old_value`. */
  get oldValue(): T | typeof Token.MISSING {
    return this.before === ABSENT ? Token.MISSING : (this.before as T);
  }

  /**
   * Resets the variable, at the end of a `using` block.
   *
   * @throws {RuntimeError} when the token was used before
   * @throws {ValueError} when another context is current than the one in which the variable was set
   */
  [Symbol.dispose](): void {
    this.variable.reset(this);
  }

  /** For debugging. */
  toString(): string {
    return `<Token${this.used ? ' used' : ''} var=${this.variable}>`;
  }

  /** For `console.log` in Node. */
  [inspection](): string {
    return this.toString();
  }

  static {
    brandClass(Token, tokenBrand);
  }
}
