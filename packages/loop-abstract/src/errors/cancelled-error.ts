import { defineError } from './define-error.js';

/**
 * The operation was cancelled; thrown inside a task at the `await` or `yield*` where the cancellation reached it.
 *
 * Catch it to clean up, then throw it again: a task that swallows it goes on running. The message is the one given to
 * `cancel(message)`, or empty.
 *
 * In Python it derives from `BaseException`, which `except Exception` lets through. JavaScript has no such level: it is
 * an `Error`, and every `catch` catches it. `code` is `'ERR_CANCELLED'`.
 *
 * @python asyncio.CancelledError
 */
export class CancelledError extends Error {
  static {
    defineError(CancelledError, 'CancelledError');
  }

  /** Always `'ERR_CANCELLED'`. */
  readonly code: string = 'ERR_CANCELLED';
}
