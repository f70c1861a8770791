import type { Buffer } from 'node:buffer';
import { defineError } from './define-error.js';
import { EOFError } from './eof-error.js';

/**
 * A stream ended before the requested number of bytes, or before the separator, was read.
 *
 * `code` is `'ERR_INCOMPLETE_READ'`.
 *
 * @python asyncio.IncompleteReadError
 */
export class IncompleteReadError extends EOFError {
  static {
    defineError(IncompleteReadError, 'IncompleteReadError');
  }

  /** Always `'ERR_INCOMPLETE_READ'`. */
  override readonly code: string = 'ERR_INCOMPLETE_READ';

  /** The bytes that were read before the stream ended; they are no longer in the stream's buffer. */
  readonly partial: Buffer;

  /** How many bytes were requested, or `null` when a separator was waited for. */
  readonly expected: number | null;

  /**
   * @param partial - the bytes that were read before the stream ended
   * @param expected - how many bytes were requested; `null` when that is not known
   * @param options - `cause`, as every `Error` takes it
   */
  constructor(partial: Buffer, expected?: number | null, options?: ErrorOptions) {
    const wanted = expected == null ? 'the separator' : `${expected} bytes`;
    super(`the stream ended after ${partial.byteLength} bytes, but ${wanted} had been asked for`, options);
    this.partial = partial;
    this.expected = expected ?? null;
  }
}
