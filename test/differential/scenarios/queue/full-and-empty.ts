import { LifoQueue, PriorityQueue, Queue } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  for (const queue of [
    new Queue<number>({ maxsize: 1 }),
    new LifoQueue<number>({ maxsize: 1 }),
    new PriorityQueue<number>({ maxsize: 1 }),
  ]) {
    try {
      queue.getNowait();
    } catch (error) {
      trace(trace.kind(error));
    }
    queue.putNowait(1);
    try {
      queue.putNowait(2);
    } catch (error) {
      trace(trace.kind(error));
    }
    trace(queue.qsize(), queue.full(), queue.empty(), queue.maxsize);
  }
  trace(new Queue().full(), new Queue({ maxsize: -3 }).full());
}
