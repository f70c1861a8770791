import { typeError } from '@bight/loop-abstract/validate';

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
