import type { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { probeType, tryOut } from '../probe.js';

/** The symbol under which a storage keeps its value in resources (Node 20 and 22). */
export function slotSymbol(storage: unknown): symbol | undefined {
  const { kResourceStore } = storage as { kResourceStore?: unknown };
  return typeof kResourceStore === 'symbol' ? kResourceStore : undefined;
}

/** Whether storages read what is written into the running resource, and new resources get a copy of it. */
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
      const child = new Resource(probeType, 0);
      const inChild = child.runInAsyncScope(() => storage.getStore());
      const isSeen =
        storage.getStore() === second && inChild === second && Reflect.get(child, slot) === second;
      Reflect.set(resource, slot, first);
      return isSeen;
    });
  });
  return works === true;
}
