import type { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { Frame, type Others, own } from '../frames/frame.js';
import { resourceType } from './async-resource.js';
import type { Carrier, Platform } from './carrier.js';

const nothing: Others = new Map();

/** What resources have under these symbols makes them resources for Node. */
export interface ResourceSymbols {
  readonly asyncId: symbol;
  readonly triggerAsyncId: symbol;
  /** The asynchronous context of when it was made. */
  readonly contextFrame: symbol;
}

/**
 * Node 24 and later, where the asynchronous context is one value: a map from storages to values that is replaced, and not changed, when one
 * of them gets a value. Copying it takes a few hundred nanoseconds, and every callback and every task needs one of its own.
 *
 * So we give Node a map that is made faster: our frame itself, which has a place for our own values and refers to a map of everybody else's.
 * Node only asks it for `get`, `has`, `disable` and its entries. Where other storages change, Node makes a map of the usual kind from
 * these, and our frame is an entry in it as it would have been anyway.
 *
 * A frame in such a map is a copy; and so whoever reads a frame sees by it whether it is the asynchronous context. If it is, there is
 * nothing more to capture: a frame also is a resource, which restores itself.
 */
export class LinkedFramePlatform implements Platform {
  readonly storage: AsyncLocalStorage<Frame>;
  /** What others' values are where no other storage has any. */
  readonly nothing: Others = nothing;
  /** Calls a function with a frame, its `this`, as the asynchronous context. */
  readonly run: (this: Frame, fn: unknown, self: unknown, ...args: unknown[]) => unknown;
  readonly #Resource: typeof AsyncResource;
  readonly #contextFrame: symbol;
  /** Others' values without ours, by the map that has both; made once for everything that is captured there. */
  readonly #withoutOurs = new WeakMap<Others, Others>();

  /** Frames can be linked for one storage, that of the process. */
  constructor(storage: AsyncLocalStorage<Frame>, Resource: typeof AsyncResource, symbols: ResourceSymbols) {
    own.storage = storage;
    this.storage = storage;
    this.#Resource = Resource;
    this.run = Resource.prototype.runInAsyncScope as never;
    this.#contextFrame = symbols.contextFrame;
    makeResources(Resource, symbols);
  }

  /** A frame, if it is the asynchronous context, or else a resource. */
  capture(): Carrier {
    return this.captureOthers(this.storage.getStore());
  }

  captureOthers(frame: Frame | undefined): Carrier {
    // A number for the trigger spares an options object and a look-up: a third of the price.
    return (frame?.others ? frame : new this.#Resource(resourceType, 0)) as Carrier;
  }

  /** What other storages hold now; `frame` is the one that is read now. */
  othersBeside(frame: Frame | undefined): Others {
    if (frame?.others) return frame.others;
    const resource = new this.#Resource(resourceType, 0);
    if (frame !== undefined) return this.othersIn(resource as Carrier);
    // Where we have no value, there is nothing to take away.
    return (resource as unknown as Record<symbol, Others | undefined>)[this.#contextFrame] ?? nothing;
  }

  /** What other storages hold in a carrier. */
  othersIn(carrier: Carrier): Others {
    const context = (carrier as Record<symbol, Frame | Others | undefined>)[this.#contextFrame];
    if (context === undefined) return nothing;
    const { others } = context as Frame;
    if (others) return others;
    return (context as Others).has(this.storage)
      ? this.#withoutOursIn(context as Others)
      : (context as Others);
  }

  #withoutOursIn(map: Others): Others {
    let others = this.#withoutOurs.get(map);
    if (others === undefined) {
      others = new Map(map);
      others.delete(this.storage);
      if (others.size === 0) others = nothing;
      this.#withoutOurs.set(map, others);
    }
    return others;
  }

  /** This frame as the asynchronous context with others' values; a copy, if it has served with different ones. */
  link(frame: Frame, others: Others): Frame {
    if (frame.others === null) frame.others = others;
    if (frame.others === others) return frame;
    const copy = new Frame(frame.context, frame.loop, frame.task);
    copy.others = others;
    return copy;
  }

  runInCarrier<T, A, R>(carrier: Carrier, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    return this.run.call(carrier as Frame, fn, self, arg) as R;
  }

  runInFrame<T, A, R>(carrier: Carrier, frame: Frame, fn: (this: T, arg: A) => R, self: T, arg: A): R {
    return this.run.call(this.link(frame, this.othersIn(carrier)), fn, self, arg) as R;
  }

  captureIn(carrier: Carrier, frame: Frame): Carrier {
    return this.link(frame, this.othersIn(carrier)) as Carrier;
  }
}

/** Lets frames pass for resources: all with the number of one that is made for this. */
export function makeResources(Resource: typeof AsyncResource, symbols: ResourceSymbols): void {
  const resource = new Resource(resourceType, 0);
  Object.defineProperties(Frame.prototype, {
    [symbols.asyncId]: { value: resource.asyncId(), configurable: true },
    [symbols.triggerAsyncId]: { value: resource.triggerAsyncId(), configurable: true },
    [symbols.contextFrame]: {
      get(this: Frame) {
        return this;
      },
      configurable: true,
    },
  });
}
