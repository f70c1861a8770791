import { describeValue } from '@bight/loop-abstract/validate';

/** A callback with its arguments as a message shows it: `name(1, 'two')`. @internal */
export function describeCallback(callback: unknown, args: readonly unknown[] | undefined): string {
  const shown = (args ?? []).map(describeValue).join(', ');
  return `${describeFunction(callback)}(${shown})`;
}

/** A function by name. @internal */
export function describeFunction(callback: unknown): string {
  if (typeof callback !== 'function') return describeValue(callback);
  return callback.name === '' ? '<anonymous>' : callback.name;
}
