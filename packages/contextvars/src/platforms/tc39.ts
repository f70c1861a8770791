import {
  type Carrier,
  call,
  createPlain,
  type Platform,
  type RunContextStorage,
  runWith,
} from './platform.js';
import type { RunContext } from './run-context.js';

interface Variable<V> {
  get(): V | undefined;
  run<A extends unknown[], R>(value: V, fn: (...args: A) => R, ...args: A): R;
}

interface Snapshot {
  run<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): R;
}

/** The namespace of TC39's AsyncContext proposal, as far as it is used here. */
export interface AsyncContextNamespace {
  readonly Variable: new <V>(options?: { name?: string }) => Variable<V>;
  readonly Snapshot: new () => Snapshot;
}

/** The language's own AsyncContext, in engines that have it. */
export class AsyncContextPlatform implements Platform {
  readonly storage: RunContextStorage;
  readonly isAsynchronous = true;
  readonly create = createPlain;
  readonly current: () => RunContext | undefined;
  readonly #Snapshot: new () => Snapshot;

  constructor(storage: RunContextStorage, namespace: AsyncContextNamespace) {
    this.storage = storage;
    this.current = () => storage.getStore();
    this.#Snapshot = namespace.Snapshot;
  }

  capture(): Carrier {
    return new this.#Snapshot() as Carrier;
  }

  captureOthers(): Carrier {
    return this.capture();
  }

  runInCarrier<T, A, R>(carrier: Carrier, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    return (carrier as Snapshot).run(call<T, A, R>, fn, self, arg);
  }

  runIn<T, A, R>(carrier: Carrier, run: RunContext, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    return (carrier as Snapshot).run(runWith<T, A, R>, this.storage, run, fn, self, arg);
  }

  captureIn(carrier: Carrier, run: RunContext): Carrier {
    return this.runIn(carrier, run, this.capture, this, undefined as never);
  }
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
