import { RuntimeError, ValueError } from '@bight/loop-abstract';
import { typeError } from '@bight/loop-abstract/validate';

/** How many bytes a stream holds in memory at most, by default: 64 MiB in each direction. */
export const DEFAULT_MAX_BUFFERED = 64 * 2 ** 20;

/**
 * A stream would have to hold more bytes in memory than it may: the program writes without `drain()`, or does not read.
 */
export class BufferOverflowError extends RuntimeError {
  /** How many bytes it holds. */
  readonly buffered: number;
  /** How many it may hold. */
  readonly maxBuffered: number;

  constructor(message: string, buffered: number, maxBuffered: number) {
    super(`${message}: ${buffered} bytes are buffered, and ${maxBuffered} may be`);
    this.buffered = buffered;
    this.maxBuffered = maxBuffered;
  }

  static {
    Object.defineProperty(BufferOverflowError.prototype, 'name', {
      value: 'BufferOverflowError',
      configurable: true,
      writable: true,
    });
  }
}

/** A cap in bytes; `Infinity` for none. */
export function checkMaxBuffered(maxBuffered: number | null | undefined): number {
  if (maxBuffered === null || maxBuffered === undefined) return DEFAULT_MAX_BUFFERED;
  if (typeof maxBuffered !== 'number' || Number.isNaN(maxBuffered)) {
    throw typeError('maxBuffered', 'a number of bytes', maxBuffered);
  }
  if (maxBuffered <= 0) throw new ValueError(`maxBuffered must be positive, not ${maxBuffered}`);
  return maxBuffered;
}
