import type { ContextVar } from './context-var.js';
import { shared } from './shared/state.js';

/**
 * Observes every variable that is made from now on, by any copy of this package: so a worker finds the variables
 * of the modules that it loads by their names.
 *
 * @param observer - called with each variable; `null`: none from now on
 */
export function observeVariables(observer: ((variable: ContextVar<unknown>) => void) | null): void {
  shared.onVariable = observer as ((variable: object) => void) | null;
}
