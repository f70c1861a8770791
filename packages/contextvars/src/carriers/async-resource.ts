import type { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import type { Frame } from '../frames/frame.js';
import { type Carrier, call, type Platform } from './carrier.js';

/** How our resources are called in async_hooks. */
export const resourceType = 'BIGHT_CONTEXT';

/**
 * AsyncLocalStorage and AsyncResource, as in Node 20 and 22, Bun, Deno and workerd: a resource is a snapshot.
 *
 * The frame is switched with `run` and not with `enterWith`: up to Node 22 `enterWith` writes into the resource that
 * is running, so the next entry of the same carrier would find the frame of the last one. `run` puts the old one back.
 */
export class AsyncResourcePlatform implements Platform {
  readonly storage: AsyncLocalStorage<Frame>;
  readonly #Resource: typeof AsyncResource;

  constructor(storage: AsyncLocalStorage<Frame>, Resource: typeof AsyncResource) {
    this.storage = storage;
    this.#Resource = Resource;
  }

  capture(): Carrier {
    return new this.#Resource(resourceType) as Carrier;
  }

  runInCarrier<T, A, R>(carrier: Carrier, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    return (carrier as AsyncResource).runInAsyncScope(fn as (this: unknown, arg: A) => R, self, arg);
  }

  runInFrame<T, A, R>(carrier: Carrier, frame: Frame, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    const storage = this.storage;
    return (carrier as AsyncResource).runInAsyncScope(storage.run, storage, frame, call, fn, self, arg) as R;
  }

  captureIn(carrier: Carrier, frame: Frame): Carrier {
    return this.runInFrame(carrier, frame, this.capture, this, undefined as never);
  }
}
