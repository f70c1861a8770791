import type { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import type { Frame } from '../frames/frame.js';
import { resourceType } from './async-resource.js';
import type { Carrier, Platform } from './carrier.js';

/** The running resource, as `executionAsyncResource()` gives it: storages have their values in it, under symbols. */
type Slots = Record<symbol, Frame | undefined>;

interface Captured extends AsyncResource {
  /** Our frame when the carrier was made; what is in its slot may be replaced for a while. */
  frame: Frame | undefined;
}

/**
 * Node 20 and 22, whose storages keep their values in the resource that is running, each under a symbol of its own, from where hooks
 * copy them to every resource that is made. So the current frame is one property away; AsyncLocalStorage's own methods find it
 * more slowly, because a process has several storages and their code must serve all. A carrier is a resource, and its frame is replaced in it.
 */
export class ResourceSlotPlatform implements Platform {
  readonly storage: AsyncLocalStorage<Frame>;
  readonly #Resource: typeof AsyncResource;
  readonly #running: () => object;
  readonly #slot: symbol;
  #hooked = false;
  /** The current frame. */
  readonly current: () => Frame | undefined;

  constructor(
    storage: AsyncLocalStorage<Frame>,
    Resource: typeof AsyncResource,
    running: () => object,
    slot: symbol,
  ) {
    this.storage = storage;
    this.#Resource = Resource;
    this.#running = running;
    this.#slot = slot;
    this.current = () => (running() as Slots)[slot];
  }

  /** Makes a frame the current one. */
  write(frame: Frame | undefined): void {
    (this.#running() as Slots)[this.#slot] = frame;
    if (!this.#hooked) this.#hook();
  }

  /** Has the storage install the hooks that copy its values, as it does when it runs with a new value for the first time. */
  #hook(): void {
    this.#hooked = true;
    this.storage.run({} as Frame, () => {});
  }

  capture(): Carrier {
    const captured = this.captureOthers() as Captured & Slots;
    captured.frame = captured[this.#slot];
    return captured as Carrier;
  }

  /** Without a place for our frame, which would take 24 bytes: there may be a million timers. */
  captureOthers(): Carrier {
    // A number for the trigger spares an options object and a look-up: a third of the price.
    return new this.#Resource(resourceType, 0) as Carrier;
  }

  runInCarrier<T, A, R>(carrier: Carrier, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    const captured = carrier as Captured & Slots;
    if (captured[this.#slot] !== captured.frame) {
      return this.runInFrame(carrier, captured.frame, fn, self, arg);
    }
    return captured.runInAsyncScope(fn as (this: unknown, arg: A) => R, self, arg);
  }

  runInFrame<T, A, R>(
    carrier: Carrier,
    frame: Frame | undefined,
    fn: (this: T, arg: A) => R,
    self: T,
    arg: A,
  ): R {
    if (!this.#hooked) this.#hook();
    const captured = carrier as Captured & Slots;
    const before = captured[this.#slot];
    captured[this.#slot] = frame;
    try {
      return captured.runInAsyncScope(fn as (this: unknown, arg: A) => R, self, arg);
    } finally {
      captured[this.#slot] = before;
    }
  }

  captureIn(carrier: Carrier, frame: Frame): Carrier {
    return this.runInFrame(carrier, frame, this.capture, this, undefined as never);
  }

  captureWith(frame: Frame): Carrier {
    if (!this.#hooked) this.#hook();
    const captured = this.captureOthers() as Captured & Slots;
    captured[this.#slot] = frame;
    captured.frame = frame;
    return captured as Carrier;
  }
}
