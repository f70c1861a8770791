import { describe } from '../shared/describe.js';
import { RuntimeError, ValueError } from '../shared/errors.js';
import { shared } from '../shared/state.js';

interface Globals {
  readonly process?: { readonly env?: Record<string, string | undefined> };
}

/**
 * Whether what Node does not document may be used: yes, unless `setNodeInternals(false)` was called or the environment
 * variable `BIGHT_NODE_INTERNALS` is `off`. The first answer is the answer for good.
 *
 * @throws {ValueError} when the variable is neither `on` nor `off`
 */
export function nodeInternals(): boolean {
  shared.usesInternals ??= shared.internals ?? ofEnvironment();
  return shared.usesInternals;
}

function ofEnvironment(): boolean {
  const setting = (globalThis as Globals).process?.env?.BIGHT_NODE_INTERNALS;
  if (setting === undefined || setting === '' || setting === 'on') return true;
  if (setting === 'off') return false;
  throw new ValueError(`BIGHT_NODE_INTERNALS must be 'on' or 'off', got ${describe(setting)}`);
}

/**
 * Allows or forbids, for all of the process's copies of this package and for the packages that build on it, the use of
 * what Node does not document. Without it everything works by documented ways, and costs more.
 *
 * @param isAllowed - `false` forbids it, whatever `BIGHT_NODE_INTERNALS` is
 * @throws {TypeError} when it is no boolean
 * @throws {RuntimeError} when a context or a loop has been used already in the other way
 */
export function setNodeInternals(isAllowed: boolean): void {
  if (typeof isAllowed !== 'boolean') {
    throw new TypeError(`isAllowed must be a boolean, got ${describe(isAllowed)}`);
  }
  if (shared.usesInternals === !isAllowed) {
    throw new RuntimeError(
      'setNodeInternals() must be called before contexts, or a loop, are used for the first time',
    );
  }
  shared.internals = isAllowed;
}
