import type { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import type { Carriers } from '../carrier.js';
import { currentPlatform, isPlatformChosen } from '../current.js';
import type { Engine } from '../engine.js';
import type { Platform } from '../platform.js';
import type { RunContext } from '../run-context.js';
import { AlsSnapshotCarriers } from './als-snapshot.js';
import { AsyncResourceCarriers } from './async-resource.js';
import { nodeCarriers } from './node-carriers.js';
import { SynchronousCarriers } from './synchronous.js';
import { AsyncContextCarriers } from './tc39.js';

let chosen: Carriers | undefined;

/** The carriers of this process's platform. */
export function currentCarriers(): Carriers {
  return chosen ?? choose();
}

function choose(): Carriers {
  const carriers = carriersOf(currentPlatform());
  if (isPlatformChosen()) chosen = carriers;
  return carriers;
}

/** Makes the carriers of a platform, of what its engine offers. */
export function carriersOf(platform: Platform): Carriers {
  const { hooks, AsyncContext, ...globals } = platform.engine as Engine;
  const Resource = (hooks?.AsyncResource ?? globals.AsyncResource) as typeof AsyncResource;
  const ofNode = nodeCarriers(platform, Resource);
  if (ofNode !== undefined) return ofNode;
  const Storage = hooks?.AsyncLocalStorage ?? globals.AsyncLocalStorage;
  if (Storage !== undefined) {
    const storage = platform.storage as AsyncLocalStorage<RunContext>;
    return Resource === undefined
      ? new AlsSnapshotCarriers(storage, Storage)
      : new AsyncResourceCarriers(storage, Resource);
  }
  return AsyncContext === undefined
    ? new SynchronousCarriers(platform.storage)
    : new AsyncContextCarriers(platform.storage, AsyncContext);
}
