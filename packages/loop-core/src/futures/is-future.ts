import { Future } from './future.js';

/**
 * Whether a value is a future of this library (a task is one).
 *
 * @python asyncio.isfuture()
 */
export function isFuture(value: unknown): value is Future<unknown> {
  return value instanceof Future;
}
