import { defineError } from './define-error.js';

/**
 * An operation that the state of a future does not allow: reading its result before it is done, or setting a second
 * one.
 *
 * `code` is `'ERR_INVALID_STATE'`.
 *
 * @python asyncio.InvalidStateError
 */
export class InvalidStateError extends Error {
  static {
    defineError(InvalidStateError, 'InvalidStateError');
  }

  /** Always `'ERR_INVALID_STATE'`. */
  readonly code: string = 'ERR_INVALID_STATE';
}
