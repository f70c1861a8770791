import type { AsyncLocalStorage } from 'node:async_hooks';
import type { Frame } from '../frames/frame.js';
import { type Carrier, call, type Platform } from './carrier.js';

interface Captured {
  readonly restore: <A extends unknown[], R>(fn: (...args: A) => R, ...args: A) => R;
  readonly frame: Frame | undefined;
}

/** Edge runtimes that have AsyncLocalStorage but no AsyncResource: its `snapshot()` is the carrier. */
export class SnapshotPlatform implements Platform {
  readonly storage: AsyncLocalStorage<Frame>;
  readonly #Storage: typeof AsyncLocalStorage;

  constructor(storage: AsyncLocalStorage<Frame>, Storage: typeof AsyncLocalStorage) {
    this.storage = storage;
    this.#Storage = Storage;
  }

  capture(): Carrier {
    const captured: Captured = { restore: this.#Storage.snapshot(), frame: this.storage.getStore() };
    return captured as Carrier;
  }

  captureOthers(): Carrier {
    return this.capture();
  }

  runInCarrier<T, A, R>(carrier: Carrier, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    return this.runInFrame(carrier, (carrier as Captured).frame, fn, self, arg);
  }

  runInFrame<T, A, R>(
    carrier: Carrier,
    frame: Frame | undefined,
    fn: (this: T, arg: A) => R,
    self: T,
    arg: A,
  ): R {
    return (carrier as Captured).restore(runWith<T, A, R>, this.storage, frame, fn, self, arg);
  }

  captureIn(carrier: Carrier, frame: Frame): Carrier {
    return this.runInFrame(carrier, frame, this.capture, this, undefined as never);
  }
}

function runWith<T, A, R>(
  storage: AsyncLocalStorage<Frame>,
  frame: Frame | undefined,
  fn: (this: T, arg: A) => R,
  self: T,
  arg: A,
): R {
  return storage.run(frame as Frame, call<T, A, R>, fn, self, arg);
}
