import { typeError } from '@bight/loop-abstract/validate';

/**
 * An option that is on or off; off when it is not given.
 *
 * @throws {TypeError} unless it is a boolean
 */
export function checkFlag(value: unknown, name: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw typeError(name, 'true or false', value);
  return value;
}
