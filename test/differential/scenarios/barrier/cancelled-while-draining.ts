import { Barrier, CancelledError, createTask, gather, sleep } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  for (let victim = 0; victim < 4; victim++) {
    for (let turns = 1; turns < 5; turns++) {
      trace(victim, turns);
      const barrier = new Barrier(3);

      async function party(number: number): Promise<void> {
        try {
          trace(number, await barrier.wait(), barrier.nWaiting);
        } catch (error) {
          if (!(error instanceof CancelledError)) throw error;
          trace(number, 'cancelled', barrier.nWaiting);
          throw error;
        }
      }

      const tasks = [0, 1, 2, 3].map((number) => createTask(() => party(number)));
      for (let turn = 0; turn < turns; turn++) await sleep(0);
      trace(tasks[victim]!.cancel());
      for (let turn = 0; turn < 5; turn++) await sleep(0);
      trace(
        tasks.map((task) => task.done()),
        barrier.nWaiting,
        barrier.broken,
      );
      for (const task of tasks) task.cancel();
      await gather(tasks, { returnExceptions: true });
      trace(barrier.nWaiting, barrier.broken);
    }
  }
}
