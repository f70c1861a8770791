import { createTask, gather, Queue, sleep, type Task } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  for (let victim = 0; victim < 6; victim++) {
    for (let turns = 0; turns < 4; turns++) {
      const queue = new Queue<string>({ maxsize: 1 });
      queue.putNowait('first');
      const taken: string[] = [];

      async function putter(name: string): Promise<void> {
        await queue.put(name);
        trace(name, 'has put');
      }

      async function getter(): Promise<void> {
        taken.push(await queue.get());
      }

      const tasks: Task<void>[] = ['a', 'b', 'c'].map((name) => createTask(() => putter(name)));
      await sleep(0);
      for (let count = 0; count < 3; count++) tasks.push(createTask(getter));
      for (let turn = 0; turn < turns; turn++) await sleep(0);
      trace(victim, turns, tasks[victim]!.cancel());
      for (let turn = 0; turn < 8; turn++) await sleep(0);
      trace(
        taken,
        queue.qsize(),
        tasks.map((task) => task.done()),
      );
      for (const task of tasks) task.cancel();
      await gather(tasks, { returnExceptions: true });
    }
  }
}
