import type { AsyncResource } from 'node:async_hooks';
import { kOthers } from '../../internals.js';
import type { Carrier, Carriers } from '../carrier.js';
import { resourceType } from '../platform.js';
import type { RunContext } from '../run-context.js';
import type { ContextMap } from './context-map.js';
import type { ContextMapPlatform } from './platform.js';

/** Carriers of `ContextMapPlatform`: a context map, if one is the asynchronous context, or else a resource. */
export class ContextMapCarriers implements Carriers {
  readonly #platform: ContextMapPlatform;
  readonly #Resource: typeof AsyncResource;
  readonly #run: ContextMapPlatform['run'];

  constructor(platform: ContextMapPlatform, Resource: typeof AsyncResource) {
    this.#platform = platform;
    this.#Resource = Resource;
    this.#run = platform.run;
  }

  capture(): Carrier {
    return this.captureOthers(this.#platform.current());
  }

  captureOthers(run: RunContext | undefined): Carrier {
    // A number for the trigger spares an options object and a look-up: a third of the price.
    return (
      (run as ContextMap | undefined)?.[kOthers] ? run : new this.#Resource(resourceType, 0)
    ) as Carrier;
  }

  runInCarrier<T, A, R>(carrier: Carrier, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    return this.#run.call(carrier as RunContext, fn, self, arg) as R;
  }

  runIn<T, A, R>(carrier: Carrier, run: RunContext, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    const platform = this.#platform;
    return this.#run.call(platform.link(run, platform.othersIn(carrier)), fn, self, arg) as R;
  }

  captureIn(carrier: Carrier, run: RunContext): Carrier {
    const platform = this.#platform;
    return platform.link(run, platform.othersIn(carrier)) as Carrier;
  }
}
