import { Barrier, BrokenBarrierError, createTask, gather, sleep } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const barrier = new Barrier(3);

  async function party(name: string): Promise<void> {
    try {
      trace(name, await barrier.wait());
    } catch (error) {
      if (!(error instanceof BrokenBarrierError)) throw error;
      trace(name, error);
    }
  }

  const tasks = ['a', 'b'].map((name) => createTask(() => party(name)));
  await sleep(0);
  trace(barrier.nWaiting);
  await barrier.abort();
  trace(barrier.nWaiting, barrier.broken);
  for (const name of ['c', 'd', 'e']) tasks.push(createTask(() => party(name)));
  await gather(tasks);
  trace(barrier.nWaiting, barrier.broken);
}
