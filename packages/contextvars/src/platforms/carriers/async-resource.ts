import type { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { type Carrier, type Carriers, call } from '../carrier.js';
import { resourceType } from '../platform.js';
import type { RunContext } from '../run-context.js';

/** A resource, which restores all values, and what is needed to do so while it runs in another `RunContext`. */
interface Captured extends AsyncResource {
  run: RunContext | undefined;
  /** In how many calls under way our value is replaced. */
  replaced: number;
}

/**
 * AsyncLocalStorage and AsyncResource, by their documentation alone: Bun, Deno, workerd, and Node without its
 * internals. A resource is a snapshot.
 *
 * Up to Node 22 storages write their values into the resource that is running, which is the carrier itself. So our
 * value is switched with `run`, which puts the old one back at the end, unlike `enterWith`; and what runs in the same
 * carrier meanwhile gets the captured value.
 */
export class AsyncResourceCarriers implements Carriers {
  readonly #storage: AsyncLocalStorage<RunContext>;
  readonly #Resource: typeof AsyncResource;

  constructor(storage: AsyncLocalStorage<RunContext>, Resource: typeof AsyncResource) {
    this.#storage = storage;
    this.#Resource = Resource;
  }

  capture(): Carrier {
    const captured = new this.#Resource(resourceType) as Captured;
    captured.run = this.#storage.getStore();
    captured.replaced = 0;
    return captured as Carrier;
  }

  captureOthers(): Carrier {
    return this.capture();
  }

  runInCarrier<T, A, R>(carrier: Carrier, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    const captured = carrier as Captured;
    if (captured.replaced > 0) return this.runIn(carrier, captured.run, fn, self, arg);
    return captured.runInAsyncScope(fn as (this: unknown, arg: A) => R, self, arg);
  }

  runIn<T, A, R>(
    carrier: Carrier,
    run: RunContext | undefined,
    fn: (this: T, arg: A) => R,
    self: T,
    arg: A,
  ): R {
    const storage = this.#storage;
    const captured = carrier as Captured;
    captured.replaced++;
    try {
      return captured.runInAsyncScope(storage.run, storage, run, call, fn, self, arg) as R;
    } finally {
      captured.replaced--;
    }
  }

  captureIn(carrier: Carrier, run: RunContext): Carrier {
    return this.runIn(carrier, run, this.capture, this, undefined as never);
  }
}
