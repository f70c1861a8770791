import type { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import type { Context } from '../context.js';
import { Frame, type Others, own } from '../frames/frame.js';
import { makeResources, type ResourceSymbols } from './linked-frame.js';

/*
 * Looks for what Node does not document: each probe tries it out, and finds nothing where it behaves in another way than we need. They run in a
 * scope of their own and with a storage that is disabled afterwards, so that they leave no trace in the importing code's context.
 */

const type = 'BIGHT_PROBE';

function tryOut<T>(
  Storage: typeof AsyncLocalStorage,
  Resource: typeof AsyncResource,
  attempt: (storage: AsyncLocalStorage<object>) => T | undefined,
): T | undefined {
  try {
    return new Resource(type, 0).runInAsyncScope(() => {
      const storage = new Storage<object>();
      const found = attempt(storage);
      storage.disable();
      return found;
    });
  } catch {
    return undefined;
  }
}

/**
 * The symbols of a resource, where it holds the asynchronous context: a map from storages to values that is replaced and not changed
 * when a value is set (Node 24 and later).
 */
export function resourceSymbols(
  Storage: typeof AsyncLocalStorage,
  Resource: typeof AsyncResource,
): ResourceSymbols | undefined {
  return tryOut(Storage, Resource, (storage) => {
    const resource = new Resource(type, 0);
    const symbols = Object.getOwnPropertySymbols(resource);
    const find = (isIt: (symbol: symbol) => boolean): symbol => {
      const [found, another] = symbols.filter(isIt);
      if (found === undefined || another !== undefined) throw new Error('there is no such symbol');
      return found;
    };
    const asyncId = find((symbol) => Reflect.get(resource, symbol) === resource.asyncId());
    const triggerAsyncId = find((symbol) => symbol !== asyncId && /trigger/i.test(String(symbol)));
    const contextFrame = find(({ description }) => description === 'context_frame');
    const contextNow = () => Reflect.get(new Resource(type, 0), contextFrame);
    const value = {};
    const outside = contextNow();
    return storage.run(value, () => {
      const inside = contextNow();
      const isMap = Map.prototype.get.call(inside, storage) === value;
      return isMap && inside !== outside && inside === contextNow()
        ? { asyncId, triggerAsyncId, contextFrame }
        : undefined;
    });
  });
}

/** Whether our frames do as asynchronous contexts: storages read through them, change beside them, and leave them as they were. */
export function linksFrames(
  Storage: typeof AsyncLocalStorage,
  Resource: typeof AsyncResource,
  symbols: ResourceSymbols,
): boolean {
  const { storage } = own;
  const works = tryOut(Storage, Resource, (ours) => {
    own.storage = ours;
    makeResources(Resource, symbols);
    const [other, another] = [new Storage<object>(), new Storage<object>()];
    const [first, second] = [{}, {}];
    const frame = new Frame({} as Context, {}, {});
    frame.others = other.run(first, () => Reflect.get(new Resource(type, 0), symbols.contextFrame)) as Others;
    const sees = (isLinked: boolean, value: object | undefined): boolean => {
      const found = ours.getStore() as Frame | undefined;
      if (other.getStore() !== value) return false;
      return isLinked ? found === frame : found?.context === frame.context && found.others === false;
    };
    return Resource.prototype.runInAsyncScope.call(frame, () => {
      const atFirst = sees(true, first) && another.getStore() === undefined;
      const captured = new Resource(type, 0);
      const inside = other.run(second, () => sees(false, second));
      const afterwards = sees(false, first);
      const again = captured.runInAsyncScope(() => {
        another.enterWith(second);
        return sees(false, first) && another.getStore() === second;
      });
      const disabled = captured.runInAsyncScope(() => {
        other.disable();
        return sees(true, undefined);
      });
      return atFirst && inside && afterwards && again && disabled;
    });
  });
  own.storage = storage;
  return works === true;
}

/** Tells under which symbol a storage keeps its value in resources (Node 20 and 22). */
export function slotSymbol(storage: unknown): symbol | undefined {
  const { kResourceStore } = storage as { kResourceStore?: unknown };
  return typeof kResourceStore === 'symbol' ? kResourceStore : undefined;
}

/** Whether what is written into the running resource is what storages read there, and what new resources get. */
export function hasResourceSlots(
  Storage: typeof AsyncLocalStorage,
  Resource: typeof AsyncResource,
  running: () => object,
): boolean {
  const works = tryOut(Storage, Resource, (storage) => {
    const slot = slotSymbol(storage);
    if (slot === undefined) return false;
    const [first, second] = [{}, {}];
    return storage.run(first, () => {
      const resource = running();
      if (Reflect.get(resource, slot) !== first) return false;
      Reflect.set(resource, slot, second);
      const child = new Resource(type, 0);
      const inChild = child.runInAsyncScope(() => storage.getStore());
      const isSeen =
        storage.getStore() === second && inChild === second && Reflect.get(child, slot) === second;
      Reflect.set(resource, slot, first);
      return isSeen;
    });
  });
  return works === true;
}
