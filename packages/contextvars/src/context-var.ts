import { type Context, contextVarBrand, currentContext, rootContext } from './context.js';
import { kBefore, kContext, kHash, kHint, kIsUsed, kVariable, kVariables } from './internals.js';
import { currentPlatform, currentRunContext } from './platforms/current.js';
import type { RunContext } from './platforms/run-context.js';
import { brandClass, hasBrand } from './shared/brand.js';
import { describe, inspection } from './shared/describe.js';
import { LookupError, RuntimeError, ValueError } from './shared/errors.js';
import { shared } from './shared/state.js';
import { Token, tokenBrand } from './token.js';
import { refuseUnknownOptions } from './unknown-option.js';
import { ABSENT, type AnyVar, erase, search, write } from './variables.js';

/**
 * A variable that has a value of its own in each context. Make it once, at the top of a module: contexts hold on to
 * their variables.
 *
 * @python contextvars.ContextVar
 */
export class ContextVar<T> {
  readonly #name: string;
  /** The default, or `ABSENT`. */
  readonly #default: T | symbol;
  /** @internal */
  readonly [kHash]: number;
  /** @internal */
  [kHint] = 0;

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
    if (options != null) refuseUnknownOptions(options, ['default']);
    this.#name = name;
    this.#default = options != null && 'default' in options ? (options.default as T) : ABSENT;
    // An odd factor: the first 32 variables take different ways out of the root of the trie, the next 32 again, and so
    // on.
    this[kHash] = Math.imul(shared.variableCount++, 0x9e3779b1);
    shared.onVariable?.(this);
  }

  /**
   * The name that was given.
   *
   * @python contextvars.ContextVar.name
   */
  get name(): string {
    return this.#name;
  }

  /**
   * The variable's value in the current context.
   *
   * @returns the value; else the variable's default
   * @throws {LookupError} when there is neither
   * @python contextvars.ContextVar.get()
   */
  get(): T;
  /**
   * The variable's value in the current context.
   *
   * @param fallback - returned when the variable has no value here; `undefined` is a fallback, too
   * @returns the value; else the fallback, whatever the variable's default is
   * @python contextvars.ContextVar.get(default)
   */
  get<F>(fallback: F): T | F;
  get(...fallback: unknown[]): unknown {
    const variables = currentContext()[kVariables];
    const hint = this[kHint];
    if (variables[hint] === this) return variables[hint + 1];
    const value = search(variables, this as AnyVar);
    if (value !== ABSENT) return value;
    if (fallback.length > 0) return fallback[0];
    if (this.#default !== ABSENT) return this.#default;
    throw new LookupError(`${this} has no value in the current context`);
  }

  /**
   * Gives the variable a value in the current context.
   *
   * @returns a token for `reset`
   * @throws {RuntimeError} when contexts do not follow `await` on this engine (`hasAsyncContext` is false) and none was
   *   entered by the synchronous code that calls: all code would share the value
   * @python contextvars.ContextVar.set()
   */
  set(value: T): Token<T> {
    const run = currentRunContext() as RunContext<Context> | undefined;
    const context = run === undefined ? changeableRoot(this) : run.context;
    return new Token<T>(this, context, write(context, this as AnyVar, value) as T | symbol);
  }

  /**
   * Puts the variable back to what it was before the `set` that returned the token.
   *
   * @throws {RuntimeError} when the token was used before
   * @throws {ValueError} when the token is another variable's, or another context is current than when it was made
   * @python contextvars.ContextVar.reset()
   */
  reset(token: Token<T>): void {
    if (!hasBrand(token, tokenBrand)) {
      throw new TypeError(`token must be a Token that set() returned, got ${describe(token)}`);
    }
    if (token[kIsUsed]) throw new RuntimeError('the token has been used already');
    if (token[kVariable] !== this) {
      throw new ValueError(`the token was created by a different ContextVar: ${token[kVariable]}`);
    }
    const context = currentContext();
    if (token[kContext] !== context) {
      throw new ValueError(`the token of ${this} was created in a different Context than the current one`);
    }
    token[kIsUsed] = true;
    if (token[kBefore] === ABSENT) erase(context, this as AnyVar);
    else write(context, this as AnyVar, token[kBefore]);
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

/** The root context, for a change; refused where continuations of every context end up in it. */
function changeableRoot(variable: object): Context {
  if (currentPlatform().isAsynchronous) return rootContext;
  throw new RuntimeError(
    `${variable} cannot be set here: no context follows await on this engine; set it synchronously in context.run()`,
  );
}

/**
 * Observes every variable that is made from now on, by any copy of this package: so a worker finds the variables
 * of the modules that it loads by their names.
 *
 * @param observer - called with each variable; `null`: none from now on
 */
export function observeVariables(observer: ((variable: ContextVar<unknown>) => void) | null): void {
  shared.onVariable = observer as ((variable: object) => void) | null;
}
