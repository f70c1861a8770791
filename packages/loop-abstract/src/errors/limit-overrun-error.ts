import { defineError } from './define-error.js';

/**
 * A separator was not found, or was found too late, within the limit of a stream's buffer.
 *
 * `code` is `'ERR_LIMIT_OVERRUN'`.
 *
 * @python asyncio.LimitOverrunError
 */
export class LimitOverrunError extends Error {
  static {
    defineError(LimitOverrunError, 'LimitOverrunError');
  }

  /** Always `'ERR_LIMIT_OVERRUN'`. */
  readonly code: string = 'ERR_LIMIT_OVERRUN';

  /** How many bytes at the head of the buffer have been searched, and can be read to go on behind them. */
  readonly consumed: number;

  /**
   * @param message - what was looked for and which limit was exceeded
   * @param consumed - how many bytes of the buffer may be skipped
   * @param options - `cause`, as every `Error` takes it
   */
  constructor(message: string, consumed: number, options?: ErrorOptions) {
    super(message, options);
    this.consumed = consumed;
  }
}
