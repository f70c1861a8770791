import { defineError } from './define-error.js';

/**
 * A call that does not wait, such as `receiveNowait()`, would have had to wait.
 *
 * `code` is `'ERR_WOULD_BLOCK'`.
 *
 * @python anyio.WouldBlock
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
 * `code` is `'ERR_END_OF_STREAM'`.
 *
 * @python anyio.EndOfStream
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
 * `code` is `'ERR_BROKEN_RESOURCE'`.
 *
 * @python anyio.BrokenResourceError
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
 * `code` is `'ERR_CLOSED_RESOURCE'`.
 *
 * @python anyio.ClosedResourceError
 */
export class ClosedResourceError extends Error {
  static {
    defineError(ClosedResourceError, 'ClosedResourceError');
  }

  /** Always `'ERR_CLOSED_RESOURCE'`. */
  readonly code: string = 'ERR_CLOSED_RESOURCE';
}
