import type { ContextVar } from './context-var.js';
import { enterContext, slotEntry } from './enter/enter.js';
import { equalNodes } from './hamt/equal.js';
import { toKey, toPair, toValue, visit } from './hamt/walk.js';
import { kBare, kEntered, kVariables } from './internals.js';
import { currentRunContext } from './platforms/current.js';
import type { RunContext } from './platforms/run-context.js';
import { brand, brandClass, hasBrand } from './shared/brand.js';
import { describe, inspection } from './shared/describe.js';
import { KeyError } from './shared/errors.js';
import { shared, sharedStateOf } from './shared/state.js';
import { ABSENT, noVariables, read, type Variables, variableKind } from './variables.js';

const contextBrand = brand('Context');

/**
 * A mapping of context variables to values; code that runs in it sees and sets its values.
 *
 * @python contextvars.Context
 */
export class Context implements ReadonlyMap<ContextVar<unknown>, unknown> {
  /** @internal The trie; replaced as a whole by every change. */
  [kVariables]: Variables = noVariables;
  /** @internal */
  [kEntered] = 0;
  /** @internal */
  [kBare]: RunContext<this> | undefined;

  /**
   * Calls a function in this context. An async function stays in the context over every `await`, where the engine has
   * what it takes (`hasAsyncContext`). The values of other AsyncLocalStorage instances are left alone.
   *
   * @param fn - called with `args`
   * @returns what `fn` returns
   * @throws {RuntimeError} when the context is entered already, on the stack or by the asynchronous code that calls
   * @python contextvars.Context.run()
   */
  run<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): R {
    checkFunction(fn);
    if (slotEntry === undefined) return enterContext(this, true, fn, undefined, args);
    // Here and not in a function that is given this one: engines can then compile both in one piece.
    const left = slotEntry.enter(this, true);
    try {
      return fn(...args);
    } finally {
      slotEntry.leave(this, left);
    }
  }

  /**
   * Makes a function that calls `fn` in this context, with the same `this` and arguments: for callbacks. The caller of
   * a callback cannot know its context; so, unlike `run`, it may be called while the context is entered, from inside of
   * it, too.
   *
   * @param fn - the callback
   * @returns the bound callback
   */
  bind<T, A extends unknown[], R>(fn: (this: T, ...args: A) => R): (this: T, ...args: A) => R {
    checkFunction(fn);
    const context = this;
    return function (...args) {
      return enterContext(context, false, fn, this, args);
    };
  }

  /**
   * Makes a new context with the same values; costs the same however many they are.
   *
   * @python contextvars.Context.copy()
   */
  copy(): Context {
    const copy = new Context();
    copy[kVariables] = this[kVariables];
    return copy;
  }

  /**
   * Looks for a variable.
   *
   * @returns whether it has a value here
   * @python var in context
   */
  has(variable: ContextVar<unknown>): boolean {
    return read(this[kVariables], checkKey(variable)) !== ABSENT;
  }

  /**
   * The variable's value here; the variable's own default does not count.
   *
   * @returns the value, or else `undefined`
   * @python contextvars.Context.get()
   */
  get<T>(variable: ContextVar<T>): T | undefined;
  /**
   * The variable's value here; the variable's own default does not count.
   *
   * @param fallback - returned when the variable has no value here
   * @python contextvars.Context.get()
   */
  get<T, F>(variable: ContextVar<T>, fallback: F): T | F;
  get(variable: ContextVar<unknown>, fallback?: unknown): unknown {
    const value = read(this[kVariables], checkKey(variable));
    return value === ABSENT ? fallback : value;
  }

  /**
   * The variable's value here.
   *
   * @throws {KeyError} when the variable has no value here
   * @python context[var]
   */
  lookup<T>(variable: ContextVar<T>): T {
    const value = read(this[kVariables], checkKey(variable as ContextVar<unknown>));
    if (value === ABSENT) throw new KeyError(`${variable} has no value in this context`);
    return value as T;
  }

  /**
   * How many variables have values here; they are counted each time.
   *
   * @python len(context)
   */
  get size(): number {
    let size = 0;
    visit(this[kVariables], () => size++);
    return size;
  }

  /**
   * The variables, as they are now: later changes do not show.
   *
   * @python contextvars.Context.keys()
   */
  keys(): MapIterator<ContextVar<unknown>> {
    return listed(this, toKey);
  }

  /**
   * The values, as they are now.
   *
   * @python contextvars.Context.values()
   */
  values(): MapIterator<unknown> {
    return listed(this, toValue);
  }

  /**
   * Pairs of variable and value, as they are now.
   *
   * @python contextvars.Context.items()
   */
  entries(): MapIterator<[ContextVar<unknown>, unknown]> {
    return listed(this, toPair);
  }

  /**
   * The same as `entries`, as in every `ReadonlyMap`. Python iterates over the keys only.
   *
   * @python iter(context)
   */
  [Symbol.iterator](): MapIterator<[ContextVar<unknown>, unknown]> {
    return this.entries();
  }

  /** Calls a function for each variable and value. */
  forEach(
    fn: (
      value: unknown,
      variable: ContextVar<unknown>,
      context: ReadonlyMap<ContextVar<unknown>, unknown>,
    ) => void,
    self?: unknown,
  ): void {
    visit(this[kVariables], (variable, value) => fn.call(self, value, variable, this));
  }

  /**
   * Compares two contexts.
   *
   * @returns whether the other one has the same variables with the same (`Object.is`) values
   * @python context == other
   */
  equals(other: Context): boolean {
    if (!hasBrand(other, contextBrand)) return false;
    return equalNodes(this[kVariables], other[kVariables], variableKind, Object.is);
  }

  /** For debugging. */
  toString(): string {
    return `<Context of ${this.size} variable${this.size === 1 ? '' : 's'}>`;
  }

  /** For `console.log` in Node: shown like a `Map`. */
  [inspection](
    depth: number | null,
    options: object,
    inspect: (value: unknown, options: object) => string,
  ): string {
    if (inspected.has(this)) return '[Circular]';
    if (depth !== null && depth < 0) return this.toString();
    inspected.add(this);
    try {
      return inspect(new Map(this), { ...options, depth }).replace('Map', 'Context');
    } finally {
      inspected.delete(this);
    }
  }

  static {
    brandClass(Context, contextBrand);
  }
}

/** Contexts are small: a list of what is in one is made sooner than a generator that walks through the trie. */
function listed<R>(
  context: Context,
  select: (variable: ContextVar<unknown>, value: unknown) => R,
): MapIterator<R> {
  const list: R[] = [];
  visit(context[kVariables], (variable, value) => list.push(select(variable, value)));
  return list.values();
}

/** On the prototype of every copy's `ContextVar`. */
export const contextVarBrand = brand('ContextVar');

/** The contexts that `util.inspect` is showing. */
const inspected = new Set<Context>();

function checkKey(variable: ContextVar<unknown>): ContextVar<unknown> {
  if (hasBrand(variable, contextVarBrand)) return variable;
  throw new TypeError(`a ContextVar key was expected, got ${describe(variable)}`);
}

function checkFunction(fn: unknown): void {
  if (typeof fn !== 'function') throw new TypeError(`fn must be a function, got ${describe(fn)}`);
}

/** The context that is current where none was entered; all copies of the package have one. */
export const rootContext: Context = rootOf(shared as { root?: Context });

function rootOf(state: { root?: Context }): Context {
  state.root ??= new Context();
  return state.root;
}

/** The context that is current. */
export function currentContext(): Context {
  const run = currentRunContext() as RunContext<Context> | undefined;
  return run === undefined ? rootContext : run.context;
}

/**
 * A copy of the current context; costs the same however many variables have values.
 *
 * @python contextvars.copy_context()
 */
export function copyContext(): Context {
  return currentContext().copy();
}

/**
 * The context that is current in another JavaScript realm where its code has entered none: for a test environment,
 * whose tests run in a realm of their own.
 *
 * @param realm - the realm's global object
 * @returns the context, or `null` where no copy of this package is loaded
 */
export function rootContextOf(realm: object): Context | null {
  return (sharedStateOf(realm)?.root as Context | undefined) ?? null;
}
