import { Queue, type QueueOptions } from './queue.js';
import { LifoStorage } from './storage.js';

/**
 * A queue that gives the newest item first.
 *
 * @python asyncio.LifoQueue
 */
export class LifoQueue<T = unknown> extends Queue<T> {
  constructor(options?: QueueOptions | null) {
    super(options, new LifoStorage<T>());
  }
}
