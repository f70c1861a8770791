import type { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import type { Frame } from '../frames/frame.js';
import { type FrameStorage, shared } from '../shared-state.js';
import { type AsyncContextNamespace, AsyncContextPlatform, VariableStorage } from './async-context.js';
import { AsyncResourcePlatform } from './async-resource.js';
import type { Platform } from './carrier.js';
import { ContextFramePlatform } from './context-frame.js';
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
    const contextFrame = contextFrameSymbol(Storage, Resource);
    if (contextFrame === undefined) return new AsyncResourcePlatform(local, Resource);
    return new ContextFramePlatform(local, Resource, contextFrame);
  }
  const { AsyncContext } = globals;
  if (AsyncContext !== undefined) {
    return new AsyncContextPlatform(storage ?? new VariableStorage(AsyncContext), AsyncContext);
  }
  return new SynchronousPlatform(storage ?? new SynchronousStorage());
}

/** The symbol under which a resource keeps the asynchronous context frame, on engines where it behaves as we need. */
function contextFrameSymbol(
  Storage: typeof AsyncLocalStorage,
  Resource: typeof AsyncResource,
): symbol | undefined {
  const symbol = Object.getOwnPropertySymbols(new Resource('BIGHT_PROBE')).find(
    ({ description }) => description === 'context_frame',
  );
  if (symbol === undefined) return undefined;
  const frameNow = () => Reflect.get(new Resource('BIGHT_PROBE'), symbol);
  const probe = new Storage<number>();
  const outside = frameNow();
  const isAsExpected = () => {
    const inside = frameNow();
    return (
      inside !== outside && inside === frameNow() && Map.prototype.get.call(inside as never, probe) === 1
    );
  };
  // In a scope of its own and disabled afterwards, the probe leaves no trace in the importing code's context.
  const scope = new Resource('BIGHT_PROBE');
  try {
    return scope.runInAsyncScope(() => probe.run(1, isAsExpected)) ? symbol : undefined;
  } catch {
    return undefined; // The frame is no map.
  } finally {
    scope.runInAsyncScope(() => probe.disable());
  }
}

/** The platform of this process; all copies of the package use one storage. */
export const platform: Platform = detectPlatform(globalThis as Globals, shared.storage);

shared.storage ??= platform.storage;
