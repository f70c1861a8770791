import { type Carrier, createPlain, type Platform, type RunContextStorage } from './platform.js';
import type { RunContext } from './run-context.js';

/** A plain variable: right during synchronous code, and not carried over `await`, timers or events. */
export class SynchronousStorage implements RunContextStorage {
  #run: RunContext | undefined;

  getStore(): RunContext | undefined {
    return this.#run;
  }

  enter(run: RunContext | undefined): void {
    this.#run = run;
  }

  run<A extends unknown[], R>(run: RunContext | undefined, fn: (...args: A) => R, ...args: A): R {
    const previous = this.#run;
    this.#run = run;
    try {
      return fn(...args);
    } finally {
      this.#run = previous;
    }
  }
}

interface Saved {
  readonly run: RunContext | undefined;
}

/**
 * Engines that carry nothing (browsers of today): a carrier remembers our value, and there are no foreign ones. Also
 * the stand-in while a startup snapshot is built.
 */
export class SynchronousPlatform implements Platform {
  readonly storage: RunContextStorage;
  readonly isAsynchronous: boolean;
  readonly create = createPlain;
  readonly current: () => RunContext | undefined;

  constructor(storage: RunContextStorage, isAsynchronous = false) {
    this.storage = storage;
    this.isAsynchronous = isAsynchronous;
    this.current = () => storage.getStore();
  }

  enter(run: RunContext | undefined): void {
    (this.storage as Partial<SynchronousStorage>).enter?.(run);
  }

  capture(): Carrier {
    return { run: this.storage.getStore() } satisfies Saved as Carrier;
  }

  captureOthers(): Carrier {
    return this.capture();
  }

  runInCarrier<T, A, R>(carrier: Carrier, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    return this.runIn(carrier, (carrier as Saved).run as RunContext, fn, self, arg);
  }

  runIn<T, A, R>(_carrier: Carrier, run: RunContext, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    return this.storage.run(run, () => fn.call(self, arg));
  }

  captureIn(_carrier: Carrier, run: RunContext): Carrier {
    return { run } satisfies Saved as Carrier;
  }
}
