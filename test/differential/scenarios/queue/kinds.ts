import { LifoQueue, PriorityQueue, Queue } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const items = [
    [3, 'c'],
    [1, 'z'],
    [2, 'b'],
    [1, 'a'],
    [0, 'x'],
    [3, 'a'],
  ];
  for (const Kind of [Queue, LifoQueue, PriorityQueue]) {
    const queue = new Kind<unknown>();
    for (const item of items) await queue.put(item);
    const taken: unknown[] = [];
    for (const _ of items) taken.push(await queue.get());
    trace(taken);
  }
}
