import { describeValue } from '@bight/loop-abstract/validate';
import { inDebugMode } from './debug-mode.js';

/**
 * A callback as a message shows it: `name()`, and in debug mode with its arguments, `name(1, 'two')`. Outside of debug
 * mode they stay out of logs, as in CPython 3.13: one of them may be a password.
 *
 * @internal
 */
export function describeCallback(
  callback: unknown,
  args: readonly unknown[] | undefined,
  loop: { getDebug?(): boolean },
): string {
  const shown = inDebugMode(loop) ? (args ?? []).map(describeValue).join(', ') : '';
  return `${describeFunction(callback)}(${shown})`;
}

/** A function by name. @internal */
export function describeFunction(callback: unknown): string {
  if (typeof callback !== 'function') return describeValue(callback);
  return callback.name === '' ? '<anonymous>' : callback.name;
}
