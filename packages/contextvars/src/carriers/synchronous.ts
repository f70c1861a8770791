import type { Frame } from '../frames/frame.js';
import type { FrameStorage } from '../shared-state.js';
import type { Carrier, Platform } from './carrier.js';

/** A plain variable: the frame is right during synchronous code, and is not carried over `await`, timers or events. */
export class SynchronousStorage implements FrameStorage {
  #frame: Frame | undefined;

  getStore(): Frame | undefined {
    return this.#frame;
  }

  run<A extends unknown[], R>(frame: Frame | undefined, fn: (...args: A) => R, ...args: A): R {
    const previous = this.#frame;
    this.#frame = frame;
    try {
      return fn(...args);
    } finally {
      this.#frame = previous;
    }
  }
}

interface SavedFrame {
  readonly frame: Frame | undefined;
}

/** Engines that carry nothing (browsers of today): a carrier remembers our frame, and there are no others' values. */
export class SynchronousPlatform implements Platform {
  readonly storage: FrameStorage;

  constructor(storage: FrameStorage) {
    this.storage = storage;
  }

  capture(): Carrier {
    return { frame: this.storage.getStore() } satisfies SavedFrame as Carrier;
  }

  captureOthers(): Carrier {
    return this.capture();
  }

  runInCarrier<T, A, R>(carrier: Carrier, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    return this.runInFrame(carrier, (carrier as SavedFrame).frame as Frame, fn, self, arg);
  }

  runInFrame<T, A, R>(_carrier: Carrier, frame: Frame, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    return this.storage.run(frame, () => fn.call(self, arg));
  }

  captureIn(_carrier: Carrier, frame: Frame): Carrier {
    return { frame } satisfies SavedFrame as Carrier;
  }
}
