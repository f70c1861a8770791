import type { AsyncLocalStorage } from 'node:async_hooks';
import { type Carrier, type Carriers, runWith } from '../carrier.js';
import type { RunContext } from '../run-context.js';

interface Captured {
  readonly restore: <A extends unknown[], R>(fn: (...args: A) => R, ...args: A) => R;
  readonly run: RunContext | undefined;
}

/** Edge runtimes that have AsyncLocalStorage but no AsyncResource: its `snapshot()` is the carrier. */
export class AlsSnapshotCarriers implements Carriers {
  readonly #storage: AsyncLocalStorage<RunContext>;
  readonly #Storage: typeof AsyncLocalStorage;

  constructor(storage: AsyncLocalStorage<RunContext>, Storage: typeof AsyncLocalStorage) {
    this.#storage = storage;
    this.#Storage = Storage;
  }

  capture(): Carrier {
    const captured: Captured = { restore: this.#Storage.snapshot(), run: this.#storage.getStore() };
    return captured as Carrier;
  }

  captureOthers(): Carrier {
    return this.capture();
  }

  runInCarrier<T, A, R>(carrier: Carrier, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    return this.runIn(carrier, (carrier as Captured).run, fn, self, arg);
  }

  runIn<T, A, R>(
    carrier: Carrier,
    run: RunContext | undefined,
    fn: (this: T, arg: A) => R,
    self: T,
    arg: A,
  ): R {
    return (carrier as Captured).restore(runWith<T, A, R>, this.#storage, run, fn, self, arg);
  }

  captureIn(carrier: Carrier, run: RunContext): Carrier {
    return this.runIn(carrier, run, this.capture, this, undefined as never);
  }
}
