import { defineError } from './define-error.js';

/**
 * A call that does not wait, such as `receiveNowait()`, would have had to wait.
 *
 * Stands for `anyio.WouldBlock`. `code` is `'ERR_WOULD_BLOCK'`.
 */
export class WouldBlock extends Error {
  static {
    defineError(WouldBlock, 'WouldBlock');
  }

  /** Always `'ERR_WOULD_BLOCK'`. */
  readonly code: string = 'ERR_WOULD_BLOCK';
}

/**
 * Nothing more will come: all senders of a channel are closed, and it is empty.
 *
 * Stands for `anyio.EndOfStream`. `code` is `'ERR_END_OF_STREAM'`.
 */
export class EndOfStream extends Error {
  static {
    defineError(EndOfStream, 'EndOfStream');
  }

  /** Always `'ERR_END_OF_STREAM'`. */
  readonly code: string = 'ERR_END_OF_STREAM';
}

/**
 * The other side is gone: all receivers of a channel are closed.
 *
 * Stands for `anyio.BrokenResourceError`. `code` is `'ERR_BROKEN_RESOURCE'`.
 */
export class BrokenResourceError extends Error {
  static {
    defineError(BrokenResourceError, 'BrokenResourceError');
  }

  /** Always `'ERR_BROKEN_RESOURCE'`. */
  readonly code: string = 'ERR_BROKEN_RESOURCE';
}

/**
 * Something was used that had been closed before, or that was closed meanwhile.
 *
 * Stands for `anyio.ClosedResourceError`. `code` is `'ERR_CLOSED_RESOURCE'`.
 */
export class ClosedResourceError extends Error {
  static {
    defineError(ClosedResourceError, 'ClosedResourceError');
  }

  /** Always `'ERR_CLOSED_RESOURCE'`. */
  readonly code: string = 'ERR_CLOSED_RESOURCE';
}
