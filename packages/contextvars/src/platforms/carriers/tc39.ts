import { type Carrier, type Carriers, call, runWith } from '../carrier.js';
import type { RunContextStorage } from '../platform.js';
import type { RunContext } from '../run-context.js';
import type { AsyncContextNamespace, Snapshot } from '../tc39.js';

/** The language's own AsyncContext, in engines that have it. */
export class AsyncContextCarriers implements Carriers {
  readonly #storage: RunContextStorage;
  readonly #Snapshot: new () => Snapshot;

  constructor(storage: RunContextStorage, namespace: AsyncContextNamespace) {
    this.#storage = storage;
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
    return (carrier as Snapshot).run(runWith<T, A, R>, this.#storage, run, fn, self, arg);
  }

  captureIn(carrier: Carrier, run: RunContext): Carrier {
    return this.runIn(carrier, run, this.capture, this, undefined as never);
  }
}
