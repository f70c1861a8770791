import type { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import type { Frame } from '../frames/frame.js';
import { type Carrier, call, type Platform } from './carrier.js';

/** How our resources are called in async_hooks. */
export const resourceType = 'BIGHT_CONTEXT';

/** A resource, which restores everybody's values, and what is needed to do so while it runs in another frame. */
interface Captured extends AsyncResource {
  frame: Frame | undefined;
  /** In how many calls under way our frame is replaced. */
  replaced: number;
}

/**
 * AsyncLocalStorage and AsyncResource, as in Node 20 and 22, Bun, Deno and workerd: a resource is a snapshot.
 *
 * Up to Node 22 storages write their values into the resource that is running, the carrier itself. So the frame is switched with `run`,
 * which puts the old one back at the end, other than `enterWith`; and what runs in the same carrier meanwhile is given the captured frame.
 */
export class AsyncResourcePlatform implements Platform {
  readonly storage: AsyncLocalStorage<Frame>;
  readonly #Resource: typeof AsyncResource;

  constructor(storage: AsyncLocalStorage<Frame>, Resource: typeof AsyncResource) {
    this.storage = storage;
    this.#Resource = Resource;
  }

  capture(): Carrier {
    const captured = new this.#Resource(resourceType) as Captured;
    captured.frame = this.storage.getStore();
    captured.replaced = 0;
    return captured as Carrier;
  }

  captureOthers(): Carrier {
    return this.capture();
  }

  runInCarrier<T, A, R>(carrier: Carrier, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    const captured = carrier as Captured;
    if (captured.replaced > 0) return this.runInFrame(carrier, captured.frame, fn, self, arg);
    return captured.runInAsyncScope(fn as (this: unknown, arg: A) => R, self, arg);
  }

  runInFrame<T, A, R>(
    carrier: Carrier,
    frame: Frame | undefined,
    fn: (this: T, arg: A) => R,
    self: T,
    arg: A,
  ): R {
    const { storage } = this;
    const captured = carrier as Captured;
    captured.replaced++;
    try {
      return captured.runInAsyncScope(storage.run, storage, frame, call, fn, self, arg) as R;
    } finally {
      captured.replaced--;
    }
  }

  captureIn(carrier: Carrier, frame: Frame): Carrier {
    return this.runInFrame(carrier, frame, this.capture, this, undefined as never);
  }
}
