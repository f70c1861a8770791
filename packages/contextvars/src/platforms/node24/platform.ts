import type { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { kOthers } from '../../internals.js';
import type { Carrier } from '../carrier.js';
import type { Engine } from '../engine.js';
import { type Platform, resourceType } from '../platform.js';
import type { RunContext } from '../run-context.js';
import {
  type ContextMap,
  type ContextMapClass,
  contextMapClass,
  type Others,
  type ResourceSymbols,
} from './context-map.js';

/** Where no other storage has a value. */
export const noOthers: Others = new Map();

/**
 * Node 24 and later, where the asynchronous context is one value: a map from storages to values that is replaced, and
 * not changed, when one of them gets a value. Copying it takes a few hundred nanoseconds, and every callback and every
 * task needs one of its own.
 *
 * So Node gets a map that is made faster: our `RunContext` itself, which refers to a map of the foreign values. Where
 * other storages change, Node makes a map of the usual kind from its entries, and a copy of the `RunContext` is an
 * entry in it as it would have been anyway. The copy is marked; so the reader of a `RunContext` sees whether it is the
 * asynchronous context. If it is, there is nothing more to capture: it also is a resource, which restores itself.
 *
 * Relies on the symbol `context_frame` of resources and on what Node asks of the map, neither of which is documented;
 * `contextMapsWork` proves it. The documented way is `PlainPlatform`.
 */
export class ContextMapPlatform implements Platform {
  readonly storage: AsyncLocalStorage<RunContext>;
  readonly isAsynchronous = true;
  readonly create: <C extends object>(context: C, loop: object | null, task: object | null) => ContextMap<C>;
  readonly current: () => ContextMap | undefined;
  readonly engine: Engine;
  /** Calls a function with a context map, its `this`, as the asynchronous context. */
  readonly run: (this: RunContext, fn: unknown, self: unknown, ...args: unknown[]) => unknown;
  readonly #ContextMap: ContextMapClass;
  readonly #Resource: typeof AsyncResource;
  readonly #contextFrame: symbol;
  /** The foreign values without ours, by the map that has both; made once for everything that is captured there. */
  readonly #withoutOurs = new WeakMap<Others, Others>();

  constructor(
    storage: AsyncLocalStorage<RunContext>,
    Resource: typeof AsyncResource,
    symbols: ResourceSymbols,
    engine: Engine,
  ) {
    const ContextMap = contextMapClass(storage, Resource, symbols);
    this.storage = storage;
    this.engine = engine;
    this.create = (context, loop, task) => new ContextMap(context, loop, task);
    this.current = () => storage.getStore() as ContextMap | undefined;
    this.run = Resource.prototype.runInAsyncScope as never;
    this.#ContextMap = ContextMap;
    this.#Resource = Resource;
    this.#contextFrame = symbols.contextFrame;
  }

  /**
   * What the other storages hold now.
   *
   * @param run - the current `RunContext`
   */
  othersBeside(run: ContextMap | undefined): Others {
    if (run?.[kOthers]) return run[kOthers];
    const resource = new this.#Resource(resourceType, 0);
    if (run !== undefined) return this.othersIn(resource as Carrier);
    // Where we have no value, there is nothing to take away.
    return (resource as unknown as Record<symbol, Others | undefined>)[this.#contextFrame] ?? noOthers;
  }

  /** What the other storages hold in a carrier. */
  othersIn(carrier: Carrier): Others {
    const map = (carrier as Record<symbol, ContextMap | Others | undefined>)[this.#contextFrame];
    if (map === undefined) return noOthers;
    const others = (map as ContextMap)[kOthers];
    if (others) return others;
    return (map as Others).has(this.storage) ? this.#withoutOursIn(map as Others) : (map as Others);
  }

  #withoutOursIn(map: Others): Others {
    let others = this.#withoutOurs.get(map);
    if (others === undefined) {
      others = new Map(map);
      others.delete(this.storage);
      if (others.size === 0) others = noOthers;
      this.#withoutOurs.set(map, others);
    }
    return others;
  }

  /** This context map with these foreign values; a copy, if it has served with different ones. */
  link<C extends object>(run: RunContext<C>, others: Others): ContextMap<C> {
    const map = run as ContextMap<C>;
    if (map[kOthers] === null) map[kOthers] = others;
    if (map[kOthers] === others) return map;
    const copy = new this.#ContextMap(run.context, run.loop, null);
    run.shareTask(copy);
    copy[kOthers] = others;
    return copy;
  }
}
