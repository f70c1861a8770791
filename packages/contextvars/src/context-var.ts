import { brand, brandClass, hasBrand } from './brand.js';
import { currentContext } from './context.js';
import { describe, inspection } from './describe.js';
import { LookupError, RuntimeError, ValueError } from './errors.js';
import { shared } from './shared-state.js';
import { Token, tokenBrand } from './token.js';
import { ABSENT, type AnyVar, erase, search, write } from './variables.js';

/** On the prototype of every copy's `ContextVar`. */
export const contextVarBrand = brand('ContextVar');

/**
 * A variable that has a value of its own in each context. Make it once, at the top of a module: contexts hold on to their
 * variables. Python's `contextvars.ContextVar`.
 */
export class ContextVar<T> {
  readonly #name: string;
  /** The default, or `ABSENT`. */
  readonly #default: T | symbol;
  /** @internal */
  readonly hash: number;
  /** @internal Where in a root node of a trie the variable was found last. */
  hint = 0;

  /**
   * @param name - for debugging; need not be unique
   * @param options - `default` is what `get` returns where the variable has no value; `undefined` is a default, too
   * @throws {TypeError} when the name is not a string
   */
  constructor(name: string, options?: { readonly default?: T } | null) {
    if (typeof name !== 'string') throw new TypeError(`name must be a string, got ${describe(name)}`);
    if (options != null && typeof options !== 'object') {
      throw new TypeError(`options must be an object like { default: 0 }, got ${describe(options)}`);
    }
    this.#name = name;
    this.#default = options != null && 'default' in options ? (options.default as T) : ABSENT;
    // An odd factor: the first 32 variables take different ways out of the root of the trie, the next 32 again, and so on.
    this.hash = Math.imul(shared.variableCount++, 0x9e3779b1);
  }

  /** The name that was given. Python's `ContextVar.name`. */
  get name(): string {
    return this.#name;
  }

  /**
   * The variable's value in the current context. Python's `ContextVar.get`.
   *
   * @returns the value; else the variable's default
   * @throws {LookupError} when there is neither
   */
  get(): T;
  /**
   * The variable's value in the current context. Python's `ContextVar.get(default)`.
   *
   * @param fallback - what to return when the variable has no value here, `undefined` included
   * @returns the value; else the fallback, whatever the variable's default is
   */
  get<F>(fallback: F): T | F;
  get(...fallback: unknown[]): unknown {
    const { variables } = currentContext();
    const { hint } = this;
    if (variables[hint] === this) return variables[hint + 1];
    const value = search(variables, this as AnyVar);
    if (value !== ABSENT) return value;
    if (fallback.length > 0) return fallback[0];
    if (this.#default !== ABSENT) return this.#default;
    throw new LookupError(`${this} has no value in the current context`);
  }

  /**
   * Gives the variable a value in the current context. Python's `ContextVar.set`.
   *
   * @returns a token for `reset`
   */
  set(value: T): Token<T> {
    const context = currentContext();
    return new Token<T>(this, context, write(context, this as AnyVar, value) as T | symbol);
  }

  /**
   * Puts the variable back to what it was before the `set` that returned the token. Python's `ContextVar.reset`.
   *
   * @throws {RuntimeError} when the token was used before
   * @throws {ValueError} when the token is another variable's, or another context is current than when it was made
   */
  reset(token: Token<T>): void {
    if (!hasBrand(token, tokenBrand)) {
      throw new TypeError(`token must be a Token that set() returned, got ${describe(token)}`);
    }
    if (token.used) throw new RuntimeError('the token has been used already');
    if (token.variable !== this) {
      throw new ValueError(`the token was created by a different ContextVar: ${token.variable}`);
    }
    const context = currentContext();
    if (token.context !== context) {
      throw new ValueError(`the token of ${this} was created in a different Context than the current one`);
    }
    token.used = true;
    if (token.before === ABSENT) erase(context, this as AnyVar);
    else write(context, this as AnyVar, token.before);
  }

  /** For debugging. */
  toString(): string {
    const preset = this.#default === ABSENT ? '' : ` default=${describe(this.#default)}`;
    return `<ContextVar name=${describe(this.#name)}${preset}>`;
  }

  /** For `console.log` in Node. */
  [inspection](): string {
    return this.toString();
  }

  static {
    brandClass(ContextVar, contextVarBrand);
  }
}
