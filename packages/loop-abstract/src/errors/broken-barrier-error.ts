import { RuntimeError } from '@bight/contextvars';
import { defineError } from './define-error.js';

/**
 * A barrier was broken or reset while something waited at it, or was broken before.
 *
 * `code` is `'ERR_BROKEN_BARRIER'`.
 *
 * @python asyncio.BrokenBarrierError
 */
export class BrokenBarrierError extends RuntimeError {
  static {
    defineError(BrokenBarrierError, 'BrokenBarrierError');
  }

  /** Always `'ERR_BROKEN_BARRIER'`. */
  override readonly code: string = 'ERR_BROKEN_BARRIER';
}
