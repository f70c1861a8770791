import type { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import type { Frame } from '../frames/frame.js';
import { resourceType } from './async-resource.js';
import type { Carrier, Platform } from './carrier.js';

/**
 * Node 24 and later, whose AsyncLocalStorage lives in an immutable map, the asynchronous context frame. Setting one value copies the
 * map, which is dear (hundreds of nanoseconds), but restoring a map that exists is cheap. A resource holds the map
 * that was current when it was made, under a symbol, so its identity can be compared.
 */
export class ContextFramePlatform implements Platform {
  readonly storage: AsyncLocalStorage<Frame>;
  readonly #Resource: typeof AsyncResource;
  readonly #contextFrame: symbol;

  constructor(storage: AsyncLocalStorage<Frame>, Resource: typeof AsyncResource, contextFrame: symbol) {
    this.storage = storage;
    this.#Resource = Resource;
    this.#contextFrame = contextFrame;
  }

  capture(): Carrier {
    // A number for the trigger spares an options object and a look-up: a third of the price.
    return new this.#Resource(resourceType, 0) as Carrier;
  }

  /** The map that a carrier restores; `undefined` when no storage had a value. */
  identity(carrier: Carrier): object | undefined {
    return (carrier as { [symbol: symbol]: object | undefined })[this.#contextFrame];
  }

  runInCarrier<T, A, R>(carrier: Carrier, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    return (carrier as AsyncResource).runInAsyncScope(fn as (this: unknown, arg: A) => R, self, arg);
  }

  runInFrame<T, A, R>(carrier: Carrier, frame: Frame, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    return (carrier as AsyncResource).runInAsyncScope(enterAndCall, this.storage, frame, fn, self, arg) as R;
  }

  captureIn(carrier: Carrier, frame: Frame): Carrier {
    return this.runInFrame(carrier, frame, this.capture, this, undefined as never);
  }
}

/** `enterWith` here replaces the map of the surrounding scope, which puts its own back when it ends. */
function enterAndCall<T, A, R>(this: unknown, frame: Frame, fn: (this: T, arg: A) => R, self: T, arg: A): R {
  (this as AsyncLocalStorage<Frame>).enterWith(frame);
  return fn.call(self, arg);
}
