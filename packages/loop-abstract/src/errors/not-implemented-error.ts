import { RuntimeError } from '@bight/contextvars';
import { defineError } from './define-error.js';

/**
 * A method that this class of loop, transport or protocol does not offer; the message names what to use instead.
 *
 * Stands for Python's `NotImplementedError`, a `RuntimeError` here as there. `code` is `'ERR_NOT_IMPLEMENTED'`.
 */
export class NotImplementedError extends RuntimeError {
  static {
    defineError(NotImplementedError, 'NotImplementedError');
  }

  /** Always `'ERR_NOT_IMPLEMENTED'`. */
  override readonly code: string = 'ERR_NOT_IMPLEMENTED';
}
