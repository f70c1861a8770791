import type { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';

/** The part of `node:async_hooks` that carries contexts. Edge runtimes have `AsyncLocalStorage` alone. */
export interface AsyncHooks {
  readonly AsyncLocalStorage: typeof AsyncLocalStorage;
  readonly AsyncResource?: typeof AsyncResource;
  /** The resource that is running; Node alone has it. */
  readonly executionAsyncResource?: () => object;
}

interface Globals {
  readonly process?: { getBuiltinModule?(name: 'node:async_hooks'): AsyncHooks | undefined };
}

/**
 * `node:async_hooks`, where the process provides it without an import, so that one file loads on every engine.
 *
 * Under the conditions `workerd` and `edge-light` the build puts `async-hooks.edge.ts` in the place of this file.
 */
export const asyncHooks: AsyncHooks | undefined = (globalThis as Globals).process?.getBuiltinModule?.(
  'node:async_hooks',
);
