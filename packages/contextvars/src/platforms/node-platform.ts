import type { AsyncLocalStorage } from 'node:async_hooks';
import type { Engine } from './engine.js';
import { ResourceSlotPlatform } from './node20/platform.js';
import { hasResourceSlots, slotSymbol } from './node20/probe.js';
import { isMapReader, loadedFiles } from './node24/map-readers.js';
import { ContextMapPlatform } from './node24/platform.js';
import { contextMapsWork, resourceSymbols } from './node24/probe.js';
import type { Platform } from './platform.js';
import type { RunContext } from './run-context.js';

/**
 * The platform that relies on what Node does not document; `null` where the probes do not find it.
 *
 * For browsers and edge runtimes the build puts `node-platform.web.ts` in the place of this file.
 */
export function nodePlatform(storage: AsyncLocalStorage<RunContext>, engine: Engine): Platform | null {
  const { AsyncLocalStorage: Storage, AsyncResource: Resource, executionAsyncResource } = engine.hooks ?? {};
  // Node alone has the function.
  if (Storage === undefined || Resource === undefined || executionAsyncResource === undefined) return null;
  const symbols = resourceSymbols(Storage, Resource);
  if (symbols !== undefined && contextMapsWork(Storage, Resource, symbols)) {
    if ((engine.loadedFiles ?? loadedFiles)().some(isMapReader)) return null;
    return new ContextMapPlatform(storage, Resource, symbols, engine);
  }
  const slot = slotSymbol(storage);
  if (slot !== undefined && hasResourceSlots(Storage, Resource, executionAsyncResource)) {
    return new ResourceSlotPlatform(storage, executionAsyncResource, slot, engine);
  }
  return null;
}
