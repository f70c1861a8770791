import type { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';

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
    return new Resource(type).runInAsyncScope(() => {
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
 * The symbol under which a resource holds the asynchronous context frame: a map from storages to values that is replaced and not changed
 * when a value is set, so that its identity stands for everybody's values (Node 24 and later).
 */
export function contextFrameSymbol(
  Storage: typeof AsyncLocalStorage,
  Resource: typeof AsyncResource,
): symbol | undefined {
  return tryOut(Storage, Resource, (storage) => {
    const symbols = Object.getOwnPropertySymbols(new Resource(type));
    const symbol = symbols.find(({ description }) => description === 'context_frame');
    if (symbol === undefined) return undefined;
    const frameNow = () => Reflect.get(new Resource(type), symbol);
    const value = {};
    const outside = frameNow();
    return storage.run(value, () => {
      const inside = frameNow();
      const isMap = Map.prototype.get.call(inside, storage) === value;
      return isMap && inside !== outside && inside === frameNow() ? symbol : undefined;
    });
  });
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
      const child = new Resource(type);
      const inChild = child.runInAsyncScope(() => storage.getStore());
      const isSeen =
        storage.getStore() === second && inChild === second && Reflect.get(child, slot) === second;
      Reflect.set(resource, slot, first);
      return isSeen;
    });
  });
  return works === true;
}
