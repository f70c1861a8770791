import { Condition, createTask, gather, sleep } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const condition = new Condition();

  async function waiter(name: string): Promise<void> {
    await condition.run(async () => {
      trace(name, 'waits');
      trace(name, await condition.wait());
      await sleep(0);
      trace(name, 'leaves');
    });
  }

  const tasks = ['a', 'b', 'c', 'd', 'e'].map((name) => createTask(() => waiter(name)));
  await sleep(0);
  for (const n of [0, 1, 2]) {
    await condition.run(async () => {
      condition.notify({ n });
      trace('notified', n);
      await sleep(0);
    });
    for (let turn = 0; turn < 6; turn++) await sleep(0);
    trace(tasks.map((task) => task.done()));
  }
  await condition.run(async () => {
    condition.notifyAll();
    trace('notified all');
  });
  await gather(tasks);
}
