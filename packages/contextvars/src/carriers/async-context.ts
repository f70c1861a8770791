import type { Frame } from '../frames/frame.js';
import type { FrameStorage } from '../shared-state.js';
import { type Carrier, call, type Platform } from './carrier.js';

interface Variable<V> {
  get(): V | undefined;
  run<A extends unknown[], R>(value: V, fn: (...args: A) => R, ...args: A): R;
}

interface Snapshot {
  run<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): R;
}

/** The namespace of the AsyncContext proposal, as far as it is used here. */
export interface AsyncContextNamespace {
  Variable: new <V>(options?: { name?: string }) => Variable<V>;
  Snapshot: new () => Snapshot;
}

/** The language's own AsyncContext, where an engine has it. */
export class AsyncContextPlatform implements Platform {
  readonly storage: FrameStorage;
  readonly #Snapshot: new () => Snapshot;

  constructor(storage: FrameStorage, namespace: AsyncContextNamespace) {
    this.storage = storage;
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

  runInFrame<T, A, R>(carrier: Carrier, frame: Frame, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    return (carrier as Snapshot).run(runWith<T, A, R>, this.storage, frame, fn, self, arg);
  }

  captureIn(carrier: Carrier, frame: Frame): Carrier {
    return this.runInFrame(carrier, frame, this.capture, this, undefined as never);
  }
}

/** An AsyncContext variable with AsyncLocalStorage's method names. */
export class VariableStorage implements FrameStorage {
  readonly #variable: Variable<Frame>;

  constructor(namespace: AsyncContextNamespace) {
    this.#variable = new namespace.Variable<Frame>({ name: 'bight' });
  }

  getStore(): Frame | undefined {
    return this.#variable.get();
  }

  run<A extends unknown[], R>(frame: Frame, fn: (...args: A) => R, ...args: A): R {
    return this.#variable.run(frame, fn, ...args);
  }
}

function runWith<T, A, R>(
  storage: FrameStorage,
  frame: Frame,
  fn: (this: T, arg: A) => R,
  self: T,
  arg: A,
): R {
  return storage.run(frame, call<T, A, R>, fn, self, arg);
}
