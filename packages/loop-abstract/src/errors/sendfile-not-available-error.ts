import { RuntimeError } from '@bight/contextvars';
import { defineError } from './define-error.js';

/**
 * The sendfile system call cannot serve this file and this transport, and the caller passed `fallback: false`.
 *
 * `code` is `'ERR_SENDFILE_NOT_AVAILABLE'`.
 *
 * @python asyncio.SendfileNotAvailableError
 */
export class SendfileNotAvailableError extends RuntimeError {
  static {
    defineError(SendfileNotAvailableError, 'SendfileNotAvailableError');
  }

  /** Always `'ERR_SENDFILE_NOT_AVAILABLE'`. */
  override readonly code: string = 'ERR_SENDFILE_NOT_AVAILABLE';
}
