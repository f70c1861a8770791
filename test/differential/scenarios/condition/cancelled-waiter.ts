import { Condition, createTask, sleep, wait } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const condition = new Condition();

  async function waiter(): Promise<void> {
    await condition.run(async () => {
      try {
        await condition.wait();
      } catch (error) {
        trace('cancelled', condition.locked());
        throw error;
      }
    });
  }

  const task = createTask(waiter);
  await sleep(0);
  await condition.acquire();
  task.cancel();
  for (let turn = 0; turn < 3; turn++) {
    await sleep(0);
    trace('still waits for the lock', task.done());
  }
  task.cancel();
  await sleep(0);
  condition.release();
  await wait([task]);
  trace(task.cancelled(), condition.locked(), task.cancelling());
}
