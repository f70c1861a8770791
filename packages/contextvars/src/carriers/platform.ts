import type { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { type Frame, own } from '../frames/frame.js';
import { type FrameStorage, shared } from '../shared-state.js';
import { type AsyncContextNamespace, AsyncContextPlatform, VariableStorage } from './async-context.js';
import { AsyncResourcePlatform } from './async-resource.js';
import type { Platform } from './carrier.js';
import { LinkedFramePlatform } from './linked-frame.js';
import { hasResourceSlots, linksFrames, resourceSymbols, slotSymbol } from './probe.js';
import { ResourceSlotPlatform } from './resource-slot.js';
import { SnapshotPlatform } from './snapshot.js';
import { SynchronousPlatform, SynchronousStorage } from './synchronous.js';

/** What the global object may offer; nothing is imported statically, so one file runs on every engine. */
interface Globals {
  process?: { getBuiltinModule?(name: string): typeof import('node:async_hooks') | undefined };
  AsyncLocalStorage?: typeof AsyncLocalStorage;
  AsyncResource?: typeof AsyncResource;
  AsyncContext?: AsyncContextNamespace;
}

/** Chooses how frames are carried: Node's AsyncLocalStorage, a global one, the language's AsyncContext, or nothing. */
export function detectPlatform(globals: Globals, storage?: FrameStorage): Platform {
  const hooks = globals.process?.getBuiltinModule?.('node:async_hooks');
  const Storage = hooks?.AsyncLocalStorage ?? globals.AsyncLocalStorage;
  const Resource = hooks?.AsyncResource ?? globals.AsyncResource;
  if (Storage !== undefined) {
    const local = (storage ?? new Storage<Frame>()) as AsyncLocalStorage<Frame>;
    if (Resource === undefined) return new SnapshotPlatform(local, Storage);
    return resourcePlatform(local, Storage, Resource, hooks?.executionAsyncResource);
  }
  const { AsyncContext } = globals;
  if (AsyncContext !== undefined) {
    return new AsyncContextPlatform(storage ?? new VariableStorage(AsyncContext), AsyncContext);
  }
  return new SynchronousPlatform(storage ?? new SynchronousStorage());
}

function resourcePlatform(
  storage: AsyncLocalStorage<Frame>,
  Storage: typeof AsyncLocalStorage,
  Resource: typeof AsyncResource,
  running: (() => object) | undefined,
): Platform {
  const symbols = resourceSymbols(Storage, Resource);
  const isFree = own.storage === undefined || own.storage === storage;
  if (symbols !== undefined && isFree && linksFrames(Storage, Resource, symbols)) {
    return new LinkedFramePlatform(storage, Resource, symbols);
  }
  const slot = slotSymbol(storage);
  if (slot !== undefined && running !== undefined && hasResourceSlots(Storage, Resource, running)) {
    return new ResourceSlotPlatform(storage, Resource, running, slot);
  }
  return new AsyncResourcePlatform(storage, Resource);
}

/** The platform of this process; all copies of the package use one storage. */
export const platform: Platform = detectPlatform(globalThis as Globals, shared.storage);

shared.storage ??= platform.storage;

/** The frame that the asynchronous context carries; `undefined` where nothing was entered (root context, no loop). */
export const currentFrame: () => Frame | undefined = frameReader(platform);

function frameReader(platform: Platform): () => Frame | undefined {
  if (platform instanceof ResourceSlotPlatform) return platform.current;
  const { storage } = platform;
  return () => storage.getStore();
}
