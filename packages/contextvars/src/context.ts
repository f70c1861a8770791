import { brand, brandClass, hasBrand } from './brand.js';
import { platform } from './carriers/platform.js';
import type { ContextVar } from './context-var.js';
import { KeyError, RuntimeError } from './errors.js';
import { Frame } from './frames/frame.js';
import { find } from './hamt/find.js';
import { insert } from './hamt/insert.js';
import { type Branch, Entry, emptyBranch } from './hamt/node.js';
import { remove } from './hamt/remove.js';
import { entriesOf, keysOf, valuesOf, walk } from './hamt/walk.js';
import { shared } from './shared-state.js';

const contextBrand = brand('Context');
const { storage } = platform;

type AnyVar = ContextVar<unknown>;
type Variables = Branch<AnyVar, unknown>;

/**
 * A mapping of context variables to values; code that runs in it sees and sets its values. Python's `contextvars.Context`.
 */
export class Context implements ReadonlyMap<ContextVar<unknown>, unknown> {
  /** @internal The trie; replaced as a whole by every change. */
  variables: Variables = emptyBranch();
  /** @internal */
  count = 0;
  /** @internal Whether the context is on the synchronous stack, as the one entered or as the one left for another. */
  entered = false;

  /** @internal */
  findEntry(variable: AnyVar): Entry<AnyVar, unknown> | undefined {
    return find(this.variables, variable.hash, variable, Object.is);
  }

  /** @internal Sets a variable; returns the value before, or `Token.MISSING`. */
  replace(variable: AnyVar, value: unknown): unknown {
    const before = this.findEntry(variable);
    if (before === undefined) this.count++;
    this.variables = insert(this.variables, 0, new Entry(variable.hash, variable, value), Object.is);
    return before === undefined ? shared.missing : before.value;
  }

  /** @internal */
  remove(variable: AnyVar): void {
    const { variables } = this;
    this.variables = remove(variables, 0, variable.hash, variable, Object.is);
    if (this.variables !== variables) this.count--;
  }

  /**
   * Calls a function in this context. Python's `Context.run`; an async function stays in the context over every `await`.
   * Other AsyncLocalStorage stores are left alone.
   *
   * @param fn - called with `args`
   * @returns what `fn` returns
   * @throws {RuntimeError} when the context is entered already, on the stack or by the asynchronous code that calls
   */
  run<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): R {
    if (typeof fn !== 'function') throw new TypeError(`fn must be a function, got ${String(fn)}`);
    const frame = storage.getStore();
    const previous = frame === undefined ? root : frame.context;
    if (this.entered || previous === this) {
      throw new RuntimeError(`cannot enter ${this}: it is already entered`);
    }
    const inner = new Frame(
      this,
      frame === undefined ? null : frame.loop,
      frame === undefined ? null : frame.task,
    );
    const wasEntered = previous.entered;
    previous.entered = true;
    this.entered = true;
    try {
      return storage.run(inner, fn, ...args);
    } finally {
      previous.entered = wasEntered;
      this.entered = false;
    }
  }

  /** A new context with the same values; costs the same however many they are. Python's `Context.copy`. */
  copy(): Context {
    const copy = new Context();
    copy.variables = this.variables;
    copy.count = this.count;
    return copy;
  }

  /** Whether the variable has a value here. Python's `var in context`. */
  has(variable: ContextVar<unknown>): boolean {
    return this.findEntry(checkKey(variable)) !== undefined;
  }

  /** The variable's value here, or the fallback; the variable's own default is not looked at. Python's `Context.get`. */
  get<T>(variable: ContextVar<T>): T | undefined;
  get<T, F>(variable: ContextVar<T>, fallback: F): T | F;
  get(variable: ContextVar<unknown>, fallback?: unknown): unknown {
    const entry = this.findEntry(checkKey(variable));
    return entry === undefined ? fallback : entry.value;
  }

  /**
   * The variable's value here. Python's `context[var]`.
   *
   * @throws {KeyError} when the variable has no value here
   */
  lookup<T>(variable: ContextVar<T>): T {
    const entry = this.findEntry(checkKey(variable as AnyVar));
    if (entry === undefined) throw new KeyError(`${variable} has no value in this context`);
    return entry.value as T;
  }

  /** How many variables have values here. Python's `len(context)`. */
  get size(): number {
    return this.count;
  }

  /** The variables, as they are now: later changes do not show. Python's `Context.keys`. */
  keys(): MapIterator<ContextVar<unknown>> {
    return keysOf(this.variables);
  }

  /** The values, as they are now. Python's `Context.values`. */
  values(): MapIterator<unknown> {
    return valuesOf(this.variables);
  }

  /** Pairs of variable and value, as they are now. Python's `Context.items`. */
  entries(): MapIterator<[ContextVar<unknown>, unknown]> {
    return entriesOf(this.variables);
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
    for (const { key, value } of walk(this.variables)) fn.call(self, value, key, this);
  }

  /** For debugging. */
  toString(): string {
    return `<Context of ${this.count} variables>`;
  }

  static {
    brandClass(Context, contextBrand);
  }
}

const contextVarBrand = brand('ContextVar');

function checkKey(variable: ContextVar<unknown>): ContextVar<unknown> {
  if (hasBrand(variable, contextVarBrand)) return variable;
  throw new TypeError(`a ContextVar key was expected, got ${String(variable)}`);
}

shared.root ??= new Context();
const { root } = shared as { root: Context };

/** The context that is current. */
export function currentContext(): Context {
  const frame = storage.getStore();
  return frame === undefined ? root : frame.context;
}

/** A copy of the current context; costs the same however many variables have values. Python's `contextvars.copy_context`. */
export function copyContext(): Context {
  return currentContext().copy();
}
