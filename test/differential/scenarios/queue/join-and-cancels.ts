import { CancelledError, createTask, Queue, sleep, wait } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const queue = new Queue<unknown>();
  for (let item = 0; item < 4; item++) queue.putNowait(item);

  async function worker(name: string): Promise<void> {
    for (;;) {
      const item = await queue.get();
      try {
        trace(name, 'begins', item);
        await sleep(1);
        trace(name, 'ends', item);
      } finally {
        queue.taskDone();
      }
    }
  }

  async function joiner(name: string): Promise<void> {
    try {
      await queue.join();
      trace(name, 'joined', queue.qsize());
    } catch (error) {
      if (!(error instanceof CancelledError)) throw error;
      trace(name, 'cancelled');
      throw error;
    }
  }

  const workers = ['a', 'b'].map((name) => createTask(() => worker(name)));
  const joiners = ['x', 'y', 'z'].map((name) => createTask(() => joiner(name)));
  await sleep(0.5);
  trace(workers[0]!.cancel(), joiners[1]!.cancel());
  await wait(joiners);
  trace(
    queue.qsize(),
    workers.map((task) => task.done()),
  );
  queue.putNowait('late');
  const late = createTask(() => joiner('late'));
  await sleep(0);
  trace(late.done());
  await late;
  workers[1]!.cancel();
  await wait(workers);
  trace(workers.map((task) => task.cancelled()));
  try {
    queue.taskDone();
  } catch (error) {
    trace(trace.kind(error));
  }
}

export const clock = 'virtual';
