import { createTask, gather, Queue, sleep } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  for (const turns of [0, 1]) {
    for (const victim of [0, 1]) {
      const queue = new Queue<string>({ maxsize: 1 });

      async function waiter(name: string): Promise<void> {
        trace(name, 'got', await queue.get());
        trace(name, 'done', queue.qsize());
      }

      const tasks = ['a', 'b', 'c'].map((name) => createTask(() => waiter(name)));
      await sleep(0);
      queue.putNowait('item');
      for (let turn = 0; turn < turns; turn++) await sleep(0);
      trace('cancels', tasks[victim]!.cancel());
      for (let turn = 0; turn < 3; turn++) await sleep(0);
      trace(
        tasks.map((task) => task.done()),
        queue.qsize(),
      );
      for (const task of tasks) task.cancel();
      const results = await gather(tasks, { returnExceptions: true });
      trace(
        results.map((result) => (result === undefined ? null : trace.kind(result))),
        queue.qsize(),
      );
    }
  }
}
