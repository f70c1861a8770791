import type { AsyncLocalStorage } from 'node:async_hooks';
import type { Engine } from './engine.js';
import { nodePlatform } from './node-platform.js';
import { PlainPlatform, type Platform, type RunContextStorage } from './platform.js';
import type { RunContext } from './run-context.js';
import { SynchronousStorage } from './synchronous.js';
import { VariableStorage } from './tc39.js';

/** Whether an engine carries values over `await`. */
export function isAsynchronous({ hooks, AsyncLocalStorage, AsyncContext }: Engine): boolean {
  return (hooks?.AsyncLocalStorage ?? AsyncLocalStorage ?? AsyncContext) !== undefined;
}

/**
 * Chooses how values are carried: by Node's AsyncLocalStorage, a global one, the language's AsyncContext, or not at
 * all.
 *
 * @param engine - what the engine offers
 * @param storage - the storage to use; by default a new one
 * @param withInternals - whether to use what Node does not document
 */
export function detectPlatform(engine: Engine, storage?: RunContextStorage, withInternals = true): Platform {
  const { hooks, AsyncContext } = engine;
  const Storage = hooks?.AsyncLocalStorage ?? engine.AsyncLocalStorage;
  if (Storage === undefined) {
    const own = () =>
      AsyncContext === undefined ? new SynchronousStorage() : new VariableStorage(AsyncContext);
    return new PlainPlatform(storage ?? own(), engine, AsyncContext !== undefined);
  }
  const local = (storage ?? new Storage<RunContext>()) as AsyncLocalStorage<RunContext>;
  return (withInternals ? nodePlatform(local, engine) : null) ?? new PlainPlatform(local, engine, true);
}
