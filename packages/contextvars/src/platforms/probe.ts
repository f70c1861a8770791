import type { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';

/** The type of the probes' resources in async_hooks. */
export const probeType = 'BIGHT_PROBE';

/**
 * Tests what Node does not document, in a scope of its own and with a storage that is disabled afterwards: a probe
 * leaves no trace in the context of the importing code.
 *
 * @returns what the attempt found; `undefined` where it failed, whatever the failure was
 */
export function tryOut<T>(
  Storage: typeof AsyncLocalStorage,
  Resource: typeof AsyncResource,
  attempt: (storage: AsyncLocalStorage<object>) => T | undefined,
): T | undefined {
  try {
    return new Resource(probeType, 0).runInAsyncScope(() => {
      const storage = new Storage<object>();
      const found = attempt(storage);
      storage.disable();
      return found;
    });
  } catch {
    return undefined;
  }
}
