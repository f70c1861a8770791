import { Condition, createTask, gather, sleep } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const condition = new Condition();
  let value = 0;

  async function waiter(least: number): Promise<void> {
    await condition.run(async () => {
      const reached = () => {
        trace(least, 'looks', value, condition.locked());
        return value >= least ? value : 0;
      };
      trace(least, 'got', await condition.waitFor(reached));
    });
  }

  const tasks = [2, 1, 3].map((least) => createTask(() => waiter(least)));
  await sleep(0);
  while (value < 3) {
    await condition.run(async () => {
      value += 1;
      condition.notifyAll();
    });
    await sleep(0);
    await sleep(0);
  }
  await gather(tasks);
}
