import { Barrier, createTask, sleep, type Task, wait } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const barrier = new Barrier(3);

  async function party(name: string): Promise<void> {
    try {
      trace(name, await barrier.wait());
    } catch (error) {
      trace(name, 'cancelled', barrier.nWaiting);
      throw error;
    }
  }

  const tasks: Task[] = ['a', 'b'].map((name) => createTask(() => party(name)));
  const [a, b] = tasks as [Task, Task];
  await sleep(0);
  a.cancel();
  await wait([a]);
  trace(barrier.nWaiting);
  const others = ['c', 'd'].map((name) => createTask(() => party(name)));
  await wait([b as Task<void>, ...others]);
  trace(barrier.nWaiting, barrier.broken);
}
