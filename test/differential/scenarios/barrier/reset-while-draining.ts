import { Barrier, BrokenBarrierError, createTask, gather, sleep } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  for (const name of ['reset', 'abort'] as const) {
    for (let turns = 0; turns < 5; turns++) {
      trace(name, turns);
      const barrier = new Barrier(2);

      async function party(number: number): Promise<void> {
        try {
          trace(number, await barrier.wait(), barrier.nWaiting);
        } catch (error) {
          if (!(error instanceof BrokenBarrierError)) throw error;
          trace(number, error, barrier.nWaiting);
        }
      }

      const tasks = [0, 1, 2, 3, 4].map((number) => createTask(() => party(number)));
      for (let turn = 0; turn < turns; turn++) await sleep(0);
      await barrier[name]();
      trace(barrier.nWaiting, barrier.broken);
      for (let turn = 0; turn < 6; turn++) await sleep(0);
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
