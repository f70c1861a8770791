import { type SharedState, shared } from '../shared/state.js';
import { type AsyncHooks, asyncHooks } from './async-hooks.js';
import { detectPlatform, isAsynchronous } from './detect.js';
import type { Engine } from './engine.js';
import { nodeInternals } from './node-internals.js';
import { PlainPlatform, type Platform, type RunContextStorage } from './platform.js';
import type { RunContext } from './run-context.js';
import { SynchronousStorage } from './synchronous.js';

/** What the copies of this package have in common, with the platform's part. */
interface SharedPlatform extends SharedState {
  /** Node's `node:async_hooks`; set by the first copy that can load it. */
  hooks?: AsyncHooks;
  /** The storage that carries the current `RunContext`; made at the first use of a context. */
  storage?: RunContextStorage;
}

const common: SharedPlatform = shared;

if (asyncHooks !== undefined) common.hooks ??= asyncHooks;

function engine(): Engine {
  const { AsyncLocalStorage, AsyncResource, AsyncContext } = globalThis as Engine;
  return { hooks: common.hooks, AsyncLocalStorage, AsyncResource, AsyncContext };
}

/**
 * Whether contexts follow `await`, timers and events on this engine. Where they do not, they are right during
 * synchronous code only, and `ContextVar.set` outside of `Context.run` throws.
 */
export const hasAsyncContext: boolean = isAsynchronous(engine());

let platform: Platform | undefined;
let read: Platform['current'] | undefined;
let create: Platform['create'] | undefined;

/** The platform of this process, chosen when it is used first; all copies of the package use one storage. */
export function currentPlatform(): Platform {
  return platform ?? choose();
}

/** Serves while a startup snapshot is built; the program that starts from the snapshot chooses for itself. */
let standIn: Platform | undefined;

/** Whether the choice is made for good. */
export function isPlatformChosen(): boolean {
  return platform !== undefined;
}

function choose(): Platform {
  if (isBuildingSnapshot()) {
    // As if the engine offered nothing; values need not follow `await` then.
    standIn ??= new PlainPlatform(new SynchronousStorage(), {}, true);
    return standIn;
  }
  const chosen = detectPlatform(engine(), common.storage, nodeInternals());
  common.storage ??= chosen.storage;
  platform = chosen;
  read = chosen.current;
  create = chosen.create;
  return chosen;
}

/**
 * The `RunContext` that the asynchronous context carries; `undefined` where none was entered (root context, no loop).
 */
export function currentRunContext(): RunContext | undefined {
  // The calls here have one target each, ever: so the engine can inline them.
  return read === undefined ? choose().current() : read();
}

/** Makes a `RunContext`. */
export function createRunContext<C extends object>(
  context: C,
  loop: object | null,
  task: object | null,
): RunContext<C> {
  return create === undefined ? choose().create(context, loop, task) : create(context, loop, task);
}

interface Globals {
  readonly process?: {
    getBuiltinModule?(name: 'node:v8'): { startupSnapshot?: { isBuildingSnapshot?(): unknown } } | undefined;
  };
}

/** Whether Node is building a startup snapshot, which cannot hold the hooks of AsyncLocalStorage. */
export function isBuildingSnapshot(): boolean {
  const v8 = (globalThis as Globals).process?.getBuiltinModule?.('node:v8');
  // It returns 1 before Node 24.
  return Boolean(v8?.startupSnapshot?.isBuildingSnapshot?.());
}
