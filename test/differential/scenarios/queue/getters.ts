import { createTask, gather, Queue, sleep } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const queue = new Queue<number>();

  async function getter(name: string): Promise<void> {
    trace(name, await queue.get());
  }

  const tasks = ['a', 'b', 'c'].map((name) => createTask(() => getter(name)));
  await sleep(0);
  for (let item = 0; item < 4; item++) queue.putNowait(item);
  trace('main', queue.getNowait(), queue.qsize());
  await sleep(0);
  trace(
    'turn',
    tasks.map((task) => task.done()),
    queue.qsize(),
  );
  queue.putNowait(4);
  await gather(tasks);
  trace(queue.qsize());
}
