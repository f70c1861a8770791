import { createTask, Queue, sleep, waitFor } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const queue = new Queue<string>({ maxsize: 1 });
  for (const attempt of [() => queue.get(), () => queue.put('b')]) {
    try {
      trace(await waitFor<unknown>(attempt(), 0.01));
      trace('in time');
    } catch (error) {
      trace(error);
    }
    trace(queue.qsize());
    if (queue.empty()) queue.putNowait('a');
  }
  trace(await waitFor(queue.get(), 1), queue.qsize());
  const getter = createTask(() => waitFor(queue.get(), 1));
  await sleep(0);
  await sleep(0);
  queue.putNowait('c');
  trace(await getter);
}
