import { createTask, gather, Queue, sleep } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const queue = new Queue<number>();

  async function worker(): Promise<void> {
    for (;;) {
      const item = await queue.get();
      await sleep(0);
      trace('did', item);
      if (item === 2) queue.putNowait(9);
      queue.taskDone();
    }
  }

  async function joiner(name: string): Promise<void> {
    await queue.join();
    trace(name, 'joined', queue.qsize());
  }

  await joiner('early');
  for (let item = 0; item < 4; item++) queue.putNowait(item);
  const workers = [createTask(worker), createTask(worker)];
  await gather([() => joiner('a'), () => joiner('b')]);
  for (const task of workers) task.cancel();
  try {
    queue.taskDone();
  } catch (error) {
    trace(trace.kind(error));
  }
}
