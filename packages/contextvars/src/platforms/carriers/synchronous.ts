import type { Carrier, Carriers } from '../carrier.js';
import type { RunContextStorage } from '../platform.js';
import type { RunContext } from '../run-context.js';
import type { SynchronousStorage } from '../synchronous.js';

interface Saved {
  readonly run: RunContext | undefined;
}

/**
 * Engines that carry nothing (browsers of today): a carrier remembers our value, and there are no foreign ones. Also
 * the stand-in while a startup snapshot is built.
 */
export class SynchronousCarriers implements Carriers {
  readonly #storage: RunContextStorage;

  constructor(storage: RunContextStorage) {
    this.#storage = storage;
  }

  enter(run: RunContext | undefined): void {
    (this.#storage as Partial<SynchronousStorage>).enter?.(run);
  }

  capture(): Carrier {
    return { run: this.#storage.getStore() } satisfies Saved as Carrier;
  }

  captureOthers(): Carrier {
    return this.capture();
  }

  runInCarrier<T, A, R>(carrier: Carrier, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    return this.runIn(carrier, (carrier as Saved).run as RunContext, fn, self, arg);
  }

  runIn<T, A, R>(_carrier: Carrier, run: RunContext, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    return this.#storage.run(run, () => fn.call(self, arg));
  }

  captureIn(_carrier: Carrier, run: RunContext): Carrier {
    return { run } satisfies Saved as Carrier;
  }
}
