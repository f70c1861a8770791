import type { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { resourceType } from '../async-resource.js';
import { type Carrier, createPlain, type Platform } from '../platform.js';
import type { RunContext } from '../run-context.js';

/** The running resource, as `executionAsyncResource()` gives it: storages have their values in it, under symbols. */
type Slots = Record<symbol, RunContext | undefined>;

interface Captured extends AsyncResource {
  /** Our value when the carrier was made; what is in its slot may be replaced for a while. */
  run: RunContext | undefined;
}

/**
 * Node 20 and 22, whose storages keep their values in the resource that is running, each under a symbol of its own,
 * from where hooks copy them to every new resource. So the current value is one property away; AsyncLocalStorage's own
 * methods find it more slowly, because a process has several storages and their code must serve all. A carrier is a
 * resource, and our value is replaced in it.
 *
 * Relies on `AsyncLocalStorage.kResourceStore`, which Node does not document; `hasResourceSlots` proves it. The
 * documented way is `AsyncResourcePlatform`.
 */
export class ResourceSlotPlatform implements Platform {
  readonly storage: AsyncLocalStorage<RunContext>;
  readonly isAsynchronous = true;
  readonly create = createPlain;
  readonly current: () => RunContext | undefined;
  readonly #Resource: typeof AsyncResource;
  readonly #running: () => object;
  readonly #slot: symbol;
  #hooked = false;

  constructor(
    storage: AsyncLocalStorage<RunContext>,
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

  /** Makes a `RunContext` the current one. */
  write(run: RunContext | undefined): void {
    (this.#running() as Slots)[this.#slot] = run;
    if (!this.#hooked) this.#hook();
  }

  /** Makes the storage install the hooks that copy its values, as its first run with a new value does. */
  #hook(): void {
    this.#hooked = true;
    this.storage.run({} as RunContext, () => {});
  }

  capture(): Carrier {
    const captured = this.captureOthers() as Captured & Slots;
    captured.run = captured[this.#slot];
    return captured as Carrier;
  }

  /** Without a place for our value, which would take 24 bytes: there may be a million timers. */
  captureOthers(): Carrier {
    // A number for the trigger spares an options object and a look-up: a third of the price.
    return new this.#Resource(resourceType, 0) as Carrier;
  }

  runInCarrier<T, A, R>(carrier: Carrier, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    const captured = carrier as Captured & Slots;
    if (captured[this.#slot] !== captured.run) return this.runIn(carrier, captured.run, fn, self, arg);
    return captured.runInAsyncScope(fn as (this: unknown, arg: A) => R, self, arg);
  }

  runIn<T, A, R>(
    carrier: Carrier,
    run: RunContext | undefined,
    fn: (this: T, arg: A) => R,
    self: T,
    arg: A,
  ): R {
    if (!this.#hooked) this.#hook();
    const captured = carrier as Captured & Slots;
    const before = captured[this.#slot];
    captured[this.#slot] = run;
    try {
      return captured.runInAsyncScope(fn as (this: unknown, arg: A) => R, self, arg);
    } finally {
      captured[this.#slot] = before;
    }
  }

  captureIn(carrier: Carrier, run: RunContext): Carrier {
    return this.runIn(carrier, run, this.capture, this, undefined as never);
  }

  captureWith(run: RunContext): Carrier {
    if (!this.#hooked) this.#hook();
    const captured = this.captureOthers() as Captured & Slots;
    captured[this.#slot] = run;
    captured.run = run;
    return captured as Carrier;
  }
}
