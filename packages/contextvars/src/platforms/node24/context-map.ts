import type { AsyncResource } from 'node:async_hooks';
import { kIsCopied, kOthers, kOwnTask, kSharedTask } from '../../internals.js';
import { brandClass } from '../../shared/brand.js';
import { resourceType } from '../platform.js';
import { RunContext, runContextBrand, type TaskHolder } from '../run-context.js';
import { Entries } from './entries.js';

/** Other storages with their values, as Node keeps them: a `Map`, if not an instance of it. */
export type Others = Map<unknown, unknown>;

/** A `RunContext` that Node takes for its map from storages to values. */
export interface ContextMap<C extends object = object> extends RunContext<C> {
  /**
   * What the other storages hold where this is Node's context map. `null` before it was one; `false` in a copy of one,
   * which is an entry in a map that Node made.
   */
  [kOthers]: Others | null | false;
  /** Whether Node has copied the entries: what was not copied cannot have been replaced by a map that Node made. */
  [kIsCopied]: boolean;
}

/** The class of the context maps of one storage. */
export type ContextMapClass = new <C extends object>(
  context: C,
  loop: object | null,
  task: object | null,
) => ContextMap<C>;

/** The symbols of a resource that make it one for Node. */
export interface ResourceSymbols {
  readonly asyncId: symbol;
  readonly triggerAsyncId: symbol;
  /** The context map of when it was made. */
  readonly contextFrame: symbol;
}

/**
 * Makes the class whose instances can stand where Node keeps its context map, with our storage's value in them.
 *
 * Node asks its map for `get`, `has`, `disable` and its entries. Instances also pass for resources that restore
 * themselves: they all have the number of one resource that is made here.
 */
export function contextMapClass(
  storage: object,
  Resource: typeof AsyncResource,
  symbols: ResourceSymbols,
): ContextMapClass {
  // Not a subclass in words: one is made for each callback, and V8 looks the constructor of a base class up, and calls
  // it, wherever it does not compile both into one.
  class StorageContextMap {
    readonly context: object;
    readonly loop: object | null;
    [kOwnTask]: object | null;
    [kSharedTask]: TaskHolder | null;
    [kOthers]: Others | null | false;
    [kIsCopied]: boolean;

    constructor(context: object, loop: object | null, task: object | null) {
      this.context = context;
      this.loop = loop;
      this[kOwnTask] = task;
      this[kSharedTask] = null;
      this[kOthers] = null;
      this[kIsCopied] = false;
    }

    /** Node calls this in the place of `Map.has`. */
    has(key: object): boolean {
      return key === storage || (this[kOthers] as Others).has(key);
    }

    /** Node calls this in the place of `Map.get`. */
    get(key: object): unknown {
      return key === storage ? this : (this[kOthers] as Others).get(key);
    }

    /** Node calls this when a storage is disabled. What was captured of the same values stays as it is. */
    disable(key: object): void {
      const others = new Map(this[kOthers] as Others);
      others.delete(key);
      this[kOthers] = others;
    }

    /**
     * Node copies the entries when a storage gets a value. The copy is no longer this object, so the entry that stands
     * in it for us must not lead to the other values: else each such copy would hold on to the one before.
     */
    [Symbol.iterator](): Iterator<[unknown, unknown]> {
      // A copy is not Node's map, and has no entries.
      if (!this[kOthers]) return new Entries(undefined, undefined);
      this[kIsCopied] = true;
      const copy = new StorageContextMap(this.context, this.loop, null);
      RunContext.prototype.shareTask.call(this, copy as never);
      copy[kOthers] = false;
      return new Entries(this[kOthers], [storage, copy]);
    }
  }
  Object.setPrototypeOf(StorageContextMap.prototype, RunContext.prototype);
  brandClass(StorageContextMap as never, runContextBrand);
  passForResources(StorageContextMap.prototype, Resource, symbols);
  return StorageContextMap as never;
}

function passForResources(prototype: object, Resource: typeof AsyncResource, symbols: ResourceSymbols): void {
  const resource = new Resource(resourceType, 0);
  Object.defineProperties(prototype, {
    [symbols.asyncId]: { value: resource.asyncId() },
    [symbols.triggerAsyncId]: { value: resource.triggerAsyncId() },
    [symbols.contextFrame]: {
      get(this: object) {
        return this;
      },
    },
  });
}
