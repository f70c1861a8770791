import { checkCallback, typeError } from '@bight/loop-abstract/validate';
import { Queue, type QueueOptions } from './queue.js';
import { HeapStorage } from './storage.js';

/** How a priority queue is made. */
export interface PriorityQueueOptions<T> extends QueueOptions {
  /**
   * Decides which of two items comes first, as for `Array.prototype.sort`. By default numbers, strings, big integers
   * and dates by size, and arrays of them element by element, as tuples are compared in Python.
   */
  compare?: ((a: T, b: T) => number) | null;
}

/**
 * A queue that gives the least item first.
 *
 * @python asyncio.PriorityQueue
 */
export class PriorityQueue<T = unknown> extends Queue<T> {
  constructor(options?: PriorityQueueOptions<T> | null) {
    const compare = options?.compare ?? compareAsTuples;
    checkCallback(compare, 'compare');
    super(options, new HeapStorage<T>(compare), ['maxsize', 'compare']);
  }
}

function compareAsTuples(a: unknown, b: unknown): number {
  if (Array.isArray(a) && Array.isArray(b)) {
    const shared = Math.min(a.length, b.length);
    for (let i = 0; i < shared; i++) {
      const order = compareAsTuples(a[i], b[i]);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  const x = comparable(a);
  const y = comparable(b);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** @throws {TypeError} for items without an order of their own */
function comparable(value: unknown): number | bigint | string {
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return Number(value);
  if (value instanceof Date) return value.getTime();
  throw typeError('item', 'a number, string, bigint, date or array of these (or pass compare)', value);
}
