import { brand, brandClass, hasBrand } from './brand.js';
import { currentFrame } from './carriers/platform.js';
import type { ContextVar } from './context-var.js';
import { describe, inspection } from './describe.js';
import { enterContext, slotEntry } from './entry/index.js';
import { KeyError } from './errors.js';
import type { Frame } from './frames/frame.js';
import { equalNodes } from './hamt/equal.js';
import { toKey, toPair, toValue, visit, walk } from './hamt/walk.js';
import { shared } from './shared-state.js';
import { ABSENT, noVariables, read, type Variables, variableKind } from './variables.js';

const contextBrand = brand('Context');

/**
 * A mapping of context variables to values; code that runs in it sees and sets its values. Python's `contextvars.Context`.
 */
export class Context implements ReadonlyMap<ContextVar<unknown>, unknown> {
  /** @internal The trie; replaced as a whole by every change. */
  variables: Variables = noVariables;
  /** @internal How often the context is on the synchronous stack, as the one entered or as the one left for another. */
  entered = 0;
  /** @internal The frame of the context outside of loops. */
  bareFrame: Frame | undefined;

  /**
   * Calls a function in this context. Python's `Context.run`; an async function stays in the context over every `await`.
   * Other AsyncLocalStorage stores are left alone.
   *
   * @param fn - called with `args`
   * @returns what `fn` returns
   * @throws {RuntimeError} when the context is entered already, on the stack or by the asynchronous code that calls
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
   * A function that calls `fn` in this context, with the same `this` and arguments: for callbacks. Who calls a callback cannot know
   * where it is bound to; so, other than `run`, it may be called while the context is entered, from inside of it, too.
   */
  bind<T, A extends unknown[], R>(fn: (this: T, ...args: A) => R): (this: T, ...args: A) => R {
    checkFunction(fn);
    const context = this;
    return function (...args) {
      return enterContext(context, false, fn, this, args);
    };
  }

  /** A new context with the same values; costs the same however many they are. Python's `Context.copy`. */
  copy(): Context {
    const copy = new Context();
    copy.variables = this.variables;
    return copy;
  }

  /** Whether the variable has a value here. Python's `var in context`. */
  has(variable: ContextVar<unknown>): boolean {
    return read(this.variables, checkKey(variable)) !== ABSENT;
  }

  /** The variable's value here, or the fallback; the variable's own default is not looked at. Python's `Context.get`. */
  get<T>(variable: ContextVar<T>): T | undefined;
  get<T, F>(variable: ContextVar<T>, fallback: F): T | F;
  get(variable: ContextVar<unknown>, fallback?: unknown): unknown {
    const value = read(this.variables, checkKey(variable));
    return value === ABSENT ? fallback : value;
  }

  /**
   * The variable's value here. Python's `context[var]`.
   *
   * @throws {KeyError} when the variable has no value here
   */
  lookup<T>(variable: ContextVar<T>): T {
    const value = read(this.variables, checkKey(variable as ContextVar<unknown>));
    if (value === ABSENT) throw new KeyError(`${variable} has no value in this context`);
    return value as T;
  }

  /** How many variables have values here. Python's `len(context)`. */
  get size(): number {
    let size = 0;
    visit(this.variables, () => size++);
    return size;
  }

  /** The variables, as they are now: later changes do not show. Python's `Context.keys`. */
  keys(): MapIterator<ContextVar<unknown>> {
    return walk(this.variables, toKey);
  }

  /** The values, as they are now. Python's `Context.values`. */
  values(): MapIterator<unknown> {
    return walk(this.variables, toValue);
  }

  /** Pairs of variable and value, as they are now. Python's `Context.items`. */
  entries(): MapIterator<[ContextVar<unknown>, unknown]> {
    return walk(this.variables, toPair);
  }

  /** The same as `entries`, as in every `ReadonlyMap`; Python's `iter(context)` gives the keys only. */
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
    visit(this.variables, (variable, value) => fn.call(self, value, variable, this));
  }

  /** Whether another context has the same variables with the same (`Object.is`) values. Python's `==`. */
  equals(other: Context): boolean {
    if (!hasBrand(other, contextBrand)) return false;
    return equalNodes(this.variables, other.variables, variableKind, Object.is);
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

const contextVarBrand = brand('ContextVar');

/** The contexts that `util.inspect` is at. */
const inspected = new Set<Context>();

function checkKey(variable: ContextVar<unknown>): ContextVar<unknown> {
  if (hasBrand(variable, contextVarBrand)) return variable;
  throw new TypeError(`a ContextVar key was expected, got ${describe(variable)}`);
}

function checkFunction(fn: unknown): void {
  if (typeof fn !== 'function') throw new TypeError(`fn must be a function, got ${describe(fn)}`);
}

shared.root ??= new Context();
const { root } = shared as { root: Context };

/** The context that is current. */
export function currentContext(): Context {
  const frame = currentFrame();
  return frame === undefined ? root : frame.context;
}

/** A copy of the current context; costs the same however many variables have values. Python's `contextvars.copy_context`. */
export function copyContext(): Context {
  return currentContext().copy();
}
