import type { RunContextStorage } from './platform.js';
import type { RunContext } from './run-context.js';

interface Variable<V> {
  get(): V | undefined;
  run<A extends unknown[], R>(value: V, fn: (...args: A) => R, ...args: A): R;
}

/** All values of one moment. */
export interface Snapshot {
  run<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): R;
}

/** The namespace of TC39's AsyncContext proposal, as far as it is used here. */
export interface AsyncContextNamespace {
  readonly Variable: new <V>(options?: { name?: string }) => Variable<V>;
  readonly Snapshot: new () => Snapshot;
}

/** An AsyncContext variable with AsyncLocalStorage's method names. */
export class VariableStorage implements RunContextStorage {
  readonly #variable: Variable<RunContext>;

  constructor(namespace: AsyncContextNamespace) {
    this.#variable = new namespace.Variable<RunContext>({ name: 'bight' });
  }

  getStore(): RunContext | undefined {
    return this.#variable.get();
  }

  run<A extends unknown[], R>(run: RunContext, fn: (...args: A) => R, ...args: A): R {
    return this.#variable.run(run, fn, ...args);
  }
}
