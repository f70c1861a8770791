import { defineError } from './define-error.js';

/**
 * A future was asked for what its state does not allow: its result before it is done, or a second result.
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
