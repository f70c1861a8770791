import type { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import type { AsyncHooks } from './async-hooks.js';
import type { AsyncContextNamespace } from './tc39.js';

/** What an engine offers to carry values. */
export interface Engine {
  /** `node:async_hooks`. */
  readonly hooks?: AsyncHooks | undefined;
  /** A global `AsyncLocalStorage`, as some edge runtimes have it. */
  readonly AsyncLocalStorage?: typeof AsyncLocalStorage | undefined;
  readonly AsyncResource?: typeof AsyncResource | undefined;
  /** The files of addons, and of other modules, that the process has loaded; by default Node is asked. */
  readonly loadedFiles?: (() => readonly string[]) | undefined;
  /** The language's own, where it is there. */
  readonly AsyncContext?: AsyncContextNamespace | undefined;
}
