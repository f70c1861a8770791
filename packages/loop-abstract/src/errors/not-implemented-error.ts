import { RuntimeError } from '@bight/contextvars';
import { defineError } from './define-error.js';

/**
 * A method that this class of loop, transport or protocol does not offer; the message names what to use instead.
 *
 * `code` is `'ERR_NOT_IMPLEMENTED'`.
 *
 * @python NotImplementedError
 */
export class NotImplementedError extends RuntimeError {
  static {
    defineError(NotImplementedError, 'NotImplementedError');
  }

  /** Always `'ERR_NOT_IMPLEMENTED'`. */
  override readonly code: string = 'ERR_NOT_IMPLEMENTED';
}
