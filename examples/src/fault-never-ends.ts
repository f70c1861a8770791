// A fault to find: the consumer waits for another item, but the producer has ended without closing the queue.
import { createTask, gather, Queue, run } from 'bight';

const queue = new Queue<string>();

async function producer(): Promise<void> {
  for (const item of ['one', 'two', 'three']) await queue.put(item);
  // Missing: queue.shutdown().
}

async function consumer(): Promise<void> {
  for await (const item of queue) console.log(item);
}

await run(async () => {
  const tasks = [producer, consumer].map((coro) => createTask(coro, { name: coro.name }));
  await gather(tasks);
});
