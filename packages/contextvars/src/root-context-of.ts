import type { Context } from './context.js';
import { sharedStateOf } from './shared/state.js';

/**
 * The context that is current in another JavaScript realm where its code has entered none: for a test environment,
 * whose tests run in a realm of their own.
 *
 * @param realm - the realm's global object
 * @returns the context, or `null` where no copy of this package is loaded
 */
export function rootContextOf(realm: object): Context | null {
  return (sharedStateOf(realm)?.root as Context | undefined) ?? null;
}
