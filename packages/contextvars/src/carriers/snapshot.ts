import type { AsyncLocalStorage } from 'node:async_hooks';
import type { Frame } from '../frames/frame.js';
import { type Carrier, call, type Platform } from './carrier.js';

type Snapshot = <A extends unknown[], R>(fn: (...args: A) => R, ...args: A) => R;

/** Edge runtimes that have AsyncLocalStorage but no AsyncResource: its `snapshot()` is the carrier. */
export class SnapshotPlatform implements Platform {
  readonly storage: AsyncLocalStorage<Frame>;
  readonly #Storage: typeof AsyncLocalStorage;

  constructor(storage: AsyncLocalStorage<Frame>, Storage: typeof AsyncLocalStorage) {
    this.storage = storage;
    this.#Storage = Storage;
  }

  capture(): Carrier {
    return this.#Storage.snapshot() as Carrier;
  }

  runInCarrier<T, A, R>(carrier: Carrier, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    return (carrier as Snapshot)(call<T, A, R>, fn, self, arg);
  }

  runInFrame<T, A, R>(carrier: Carrier, frame: Frame, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    return (carrier as Snapshot)(runWith<T, A, R>, this.storage, frame, fn, self, arg);
  }

  captureIn(carrier: Carrier, frame: Frame): Carrier {
    return this.runInFrame(carrier, frame, this.capture, this, undefined as never);
  }
}

function runWith<T, A, R>(
  storage: AsyncLocalStorage<Frame>,
  frame: Frame,
  fn: (this: T, arg: A) => R,
  self: T,
  arg: A,
): R {
  return storage.run(frame, call<T, A, R>, fn, self, arg);
}
