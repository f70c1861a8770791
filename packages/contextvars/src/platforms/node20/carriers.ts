import type { AsyncResource } from 'node:async_hooks';
import type { Carrier, Carriers } from '../carrier.js';
import { resourceType } from '../platform.js';
import type { RunContext } from '../run-context.js';
import type { ResourceSlotPlatform, Slots } from './platform.js';

interface Captured extends AsyncResource {
  /** Our value when the carrier was made; what is in its slot may be replaced for a while. */
  run: RunContext | undefined;
}

/** Carriers of `ResourceSlotPlatform`: a carrier is a resource, and our value is replaced in it. */
export class ResourceSlotCarriers implements Carriers {
  readonly #platform: ResourceSlotPlatform;
  readonly #Resource: typeof AsyncResource;
  readonly #slot: symbol;

  constructor(platform: ResourceSlotPlatform, Resource: typeof AsyncResource) {
    this.#platform = platform;
    this.#Resource = Resource;
    this.#slot = platform.slot;
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
    if (!this.#platform.isHooked) this.#platform.hook();
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
    if (!this.#platform.isHooked) this.#platform.hook();
    const captured = this.captureOthers() as Captured & Slots;
    captured[this.#slot] = run;
    captured.run = run;
    return captured as Carrier;
  }
}
