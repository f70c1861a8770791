import { typeError } from '@bight/loop-abstract/validate';

/**
 * A duration for `socket.setTimeout()`.
 *
 * @throws {TypeError} unless it is a number
 * @throws {RangeError} when it is negative or not finite
 */
export function checkMilliseconds(msecs: unknown): number {
  if (typeof msecs !== 'number')
    throw withCode(typeError('msecs', 'a number', msecs), 'ERR_INVALID_ARG_TYPE');
  if (msecs < 0 || !Number.isFinite(msecs)) {
    const text = `The value of "msecs" is out of range. It must be a non-negative finite number. Received ${msecs}`;
    throw withCode(new RangeError(text), 'ERR_OUT_OF_RANGE');
  }
  return msecs;
}

function withCode(error: Error, code: string): Error {
  return Object.assign(error, { code });
}
