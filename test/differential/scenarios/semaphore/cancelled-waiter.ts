import { BoundedSemaphore, createTask, gather, Semaphore, sleep } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  for (const turns of [0, 1]) {
    for (const bounded of [false, true]) {
      const semaphore = new (bounded ? BoundedSemaphore : Semaphore)({ value: 1 });

      async function user(name: string): Promise<void> {
        await semaphore.acquire();
        trace(name, 'has');
        try {
          await sleep(0);
        } finally {
          semaphore.release();
        }
      }

      await semaphore.acquire();
      const tasks = ['a', 'b', 'c'].map((name) => createTask(() => user(name)));
      await sleep(0);
      tasks[1]!.cancel();
      semaphore.release();
      for (let turn = 0; turn < turns; turn++) await sleep(0);
      tasks[0]!.cancel();
      const results = await gather(tasks, { returnExceptions: true });
      trace(
        results.map((result) => (result === undefined ? null : trace.kind(result))),
        semaphore.locked(),
      );
    }
  }
}
