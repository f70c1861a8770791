import { AsyncLocalStorage } from 'node:async_hooks';
import type { AsyncContextNamespace } from '../../src/platforms/tc39.js';

/** What the AsyncContext proposal says, on top of what Node has. */
export function fakeAsyncContext(): AsyncContextNamespace {
  type Run = <A extends unknown[], R>(fn: (...args: A) => R, ...args: A) => R;
  const snapshots: Array<() => Run> = [];
  return {
    Variable: class<V> {
      readonly #storage = new AsyncLocalStorage<V | undefined>();

      constructor() {
        snapshots.push(() => {
          const value = this.get();
          return (fn, ...args) => this.#storage.run(value, fn, ...args);
        });
      }

      get() {
        return this.#storage.getStore();
      }

      run<A extends unknown[], R>(value: V, fn: (...args: A) => R, ...args: A): R {
        return this.#storage.run(value, fn, ...args);
      }
    },
    Snapshot: class {
      readonly #restores = snapshots.map((take) => take());

      run<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): R {
        return this.#restores.reduce<() => R>(
          (inside, restore) => () => restore(inside),
          () => fn(...args),
        )();
      }
    },
  };
}
