import { CancelledError, Condition, createTask, sleep, type Task, wait } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  for (let turns = 0; turns < 5; turns++) {
    const condition = new Condition();

    async function waiter(): Promise<void> {
      await condition.run(async () => {
        try {
          trace('notified', await condition.wait());
        } catch (error) {
          if (!(error instanceof CancelledError)) throw error;
          trace('cancelled', condition.locked());
          throw error;
        } finally {
          await sleep(0);
        }
      });
    }

    async function other(): Promise<void> {
      await condition.run(async () => {
        trace('other has the lock');
        await sleep(0);
        await sleep(0);
      });
    }

    const task = createTask(waiter);
    let rival: Task<void> | undefined;
    await sleep(0);
    await condition.run(async () => {
      condition.notify();
      rival = createTask(other);
      await sleep(0);
    });
    for (let turn = 0; turn < turns; turn++) await sleep(0);
    trace(turns, task.cancel());
    await wait([task, rival!]);
    trace(task.cancelled(), condition.locked());
  }
}
