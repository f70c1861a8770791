import { checkInteger, typeError } from '@bight/loop-abstract/validate';

/**
 * A port: a number, the name of a service, or `null` for none.
 *
 * @throws {TypeError} unless it is one of these
 * @throws {ValueError} when the number is out of range
 */
export function checkPort(value: unknown): number | string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') throw typeError('port', 'a number or the name of a service', value);
  return checkInteger(value, 'port', { min: 0, max: 65535 });
}

/**
 * What a protocol factory returned.
 *
 * @throws {TypeError} unless it is an object: a promise, for one, cannot have a protocol's methods
 */
export function checkProtocol<P>(protocol: P): P {
  const isUsable = typeof protocol === 'object' && protocol !== null && !(protocol instanceof Promise);
  if (!isUsable)
    throw typeError('what protocolFactory returned', "an object with a protocol's methods", protocol);
  return protocol;
}
