import * as hooks from 'node:async_hooks';
import type { AsyncHooks } from './async-hooks.js';

export type { AsyncHooks } from './async-hooks.js';

/**
 * `node:async_hooks` of edge runtimes, which offer it to imports alone. Without their switch for it (`nodejs_als` or
 * `nodejs_compat` in workerd) the import fails when the worker starts, which is better than contexts that leak from one
 * request into the next.
 */
export const asyncHooks: AsyncHooks | undefined = hooks;
