import { type CaseDefinition, suite } from '../../case.js';
import { deepEqual } from '../../check.js';
import type { HighLevel } from '../../high-level.js';

/** Queues. */
export const queueCases = ({ Queue, PriorityQueue, LifoQueue }: HighLevel): CaseDefinition[] =>
  suite('TaskLoop', 'of bight,', (define) => {
    for (const [name, Class, order] of [
      ['Queue', Queue, [2, 3, 1]],
      ['PriorityQueue', PriorityQueue, [1, 2, 3]],
      ['LifoQueue', LifoQueue, [1, 3, 2]],
    ] as const) {
      define(`a ${name} hands items on in its order, and is joined`, async ({ loop, task }) => {
        const got = await task(async () => {
          const queue = new Class();
          for (const item of [2, 3, 1]) await queue.put(item);
          const items: unknown[] = [];
          const consumer = loop.createTask(async () => {
            while (items.length < 3) {
              items.push(await queue.get());
              queue.taskDone();
            }
          });
          await queue.join();
          await consumer;
          return items;
        });
        deepEqual(got, order);
      });
    }
  });
