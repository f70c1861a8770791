import { defineError } from './define-error.js';

/**
 * `queue.getNowait()` was called on an empty queue.
 *
 * `code` is `'ERR_QUEUE_EMPTY'`.
 *
 * @python asyncio.QueueEmpty
 */
export class QueueEmpty extends Error {
  static {
    defineError(QueueEmpty, 'QueueEmpty');
  }

  /** Always `'ERR_QUEUE_EMPTY'`. */
  readonly code: string = 'ERR_QUEUE_EMPTY';
}

/**
 * `queue.putNowait(item)` was called on a queue that holds `maxsize` items.
 *
 * `code` is `'ERR_QUEUE_FULL'`.
 *
 * @python asyncio.QueueFull
 */
export class QueueFull extends Error {
  static {
    defineError(QueueFull, 'QueueFull');
  }

  /** Always `'ERR_QUEUE_FULL'`. */
  readonly code: string = 'ERR_QUEUE_FULL';
}

/**
 * An item was put into, or waited for at, a queue that has been shut down.
 *
 * `code` is `'ERR_QUEUE_SHUT_DOWN'`.
 *
 * @python asyncio.QueueShutDown (3.13)
 */
export class QueueShutDown extends Error {
  static {
    defineError(QueueShutDown, 'QueueShutDown');
  }

  /** Always `'ERR_QUEUE_SHUT_DOWN'`. */
  readonly code: string = 'ERR_QUEUE_SHUT_DOWN';
}
