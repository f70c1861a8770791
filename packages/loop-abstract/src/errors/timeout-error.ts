import { defineError } from './define-error.js';

/**
 * An operation did not end within the time that it was given.
 *
 * In Python it is an `OSError` too. The operating system's own time-outs keep Node's form, with `code === 'ETIMEDOUT'`.
 * `code` is `'ERR_TIMEOUT'`.
 *
 * @python TimeoutError
 */
export class TimeoutError extends Error {
  static {
    defineError(TimeoutError, 'TimeoutError');
  }

  /** Always `'ERR_TIMEOUT'`. */
  readonly code: string = 'ERR_TIMEOUT';
}
