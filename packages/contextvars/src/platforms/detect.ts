import type { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { AlsSnapshotPlatform } from './als-snapshot.js';
import type { AsyncHooks } from './async-hooks.js';
import { AsyncResourcePlatform } from './async-resource.js';
import { ResourceSlotPlatform } from './node20/platform.js';
import { hasResourceSlots, slotSymbol } from './node20/probe.js';
import { isMapReader } from './node24/map-readers.js';
import { ContextMapPlatform } from './node24/platform.js';
import { contextMapsWork, resourceSymbols } from './node24/probe.js';
import type { Platform, RunContextStorage } from './platform.js';
import type { RunContext } from './run-context.js';
import { SynchronousPlatform, SynchronousStorage } from './synchronous.js';
import { type AsyncContextNamespace, AsyncContextPlatform, VariableStorage } from './tc39.js';

/** What an engine offers to carry values. */
export interface Engine {
  /** `node:async_hooks`. */
  readonly hooks?: AsyncHooks | undefined;
  /** A global `AsyncLocalStorage`, as some edge runtimes have it. */
  readonly AsyncLocalStorage?: typeof AsyncLocalStorage | undefined;
  readonly AsyncResource?: typeof AsyncResource | undefined;
  /** The files of addons, and of other modules, that the process has loaded. */
  readonly loadedFiles?: (() => readonly string[]) | undefined;
  /** The language's own, where it is there. */
  readonly AsyncContext?: AsyncContextNamespace | undefined;
}

/** Whether an engine carries values over `await`. */
export function isAsynchronous({ hooks, AsyncLocalStorage, AsyncContext }: Engine): boolean {
  return (hooks?.AsyncLocalStorage ?? AsyncLocalStorage ?? AsyncContext) !== undefined;
}

/**
 * Chooses how values are carried: by Node's AsyncLocalStorage, a global one, the language's AsyncContext, or not at
 * all.
 *
 * @param engine - what there is
 * @param storage - the storage to use; by default a new one
 * @param withInternals - whether to use what Node does not document
 */
export function detectPlatform(engine: Engine, storage?: RunContextStorage, withInternals = true): Platform {
  const { hooks, AsyncContext } = engine;
  const Storage = hooks?.AsyncLocalStorage ?? engine.AsyncLocalStorage;
  if (Storage !== undefined) {
    const local = (storage ?? new Storage<RunContext>()) as AsyncLocalStorage<RunContext>;
    const Resource = hooks?.AsyncResource ?? engine.AsyncResource;
    if (Resource === undefined) return new AlsSnapshotPlatform(local, Storage);
    const running = hooks?.executionAsyncResource;
    const node =
      withInternals && running !== undefined ? nodePlatform(local, Storage, Resource, running, engine) : null;
    return node ?? new AsyncResourcePlatform(local, Resource);
  }
  if (AsyncContext !== undefined) {
    return new AsyncContextPlatform(storage ?? new VariableStorage(AsyncContext), AsyncContext);
  }
  return new SynchronousPlatform(storage ?? new SynchronousStorage());
}

/** The platform that relies on what Node does not document; `null` where the probes do not find it. */
function nodePlatform(
  storage: AsyncLocalStorage<RunContext>,
  Storage: typeof AsyncLocalStorage,
  Resource: typeof AsyncResource,
  running: () => object,
  { loadedFiles }: Engine,
): Platform | null {
  const symbols = resourceSymbols(Storage, Resource);
  if (symbols !== undefined && contextMapsWork(Storage, Resource, symbols)) {
    if (loadedFiles?.().some(isMapReader)) return null;
    return new ContextMapPlatform(storage, Resource, symbols);
  }
  const slot = slotSymbol(storage);
  if (slot !== undefined && hasResourceSlots(Storage, Resource, running)) {
    return new ResourceSlotPlatform(storage, Resource, running, slot);
  }
  return null;
}
