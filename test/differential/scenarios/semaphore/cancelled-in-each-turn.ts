import { CancelledError, createTask, gather, Semaphore, sleep } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  for (let turns = 0; turns < 4; turns++) {
    for (const victims of [[0], [1], [0, 1], [0, 2], [1, 0]]) {
      const semaphore = new Semaphore({ value: 2 });

      async function user(name: string): Promise<void> {
        try {
          await semaphore.run(async () => {
            trace(name, 'has', semaphore.locked());
            await sleep(0);
          });
        } catch (error) {
          if (!(error instanceof CancelledError)) throw error;
          trace(name, 'cancelled', semaphore.locked());
          throw error;
        }
      }

      await semaphore.acquire();
      await semaphore.acquire();
      const tasks = ['a', 'b', 'c', 'd'].map((name) => createTask(() => user(name)));
      await sleep(0);
      semaphore.release();
      semaphore.release();
      for (let turn = 0; turn < turns; turn++) await sleep(0);
      trace(
        turns,
        victims,
        victims.map((victim) => tasks[victim]!.cancel()),
      );
      await gather(tasks, { returnExceptions: true });
      trace(
        semaphore.locked(),
        tasks.map((task) => task.cancelled()),
      );
    }
  }
}
