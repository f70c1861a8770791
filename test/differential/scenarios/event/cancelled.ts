import { CancelledError, createTask, Event, sleep, type Task, wait } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const event = new Event();

  async function waiter(name: string): Promise<void> {
    try {
      await event.wait();
      trace(name, 'woken');
    } catch (error) {
      if (!(error instanceof CancelledError)) throw error;
      trace(name, 'cancelled', event.isSet());
      await event.wait();
      trace(name, 'woken all the same');
    }
  }

  const tasks: Task[] = ['a', 'b', 'c'].map((name) => createTask(() => waiter(name)));
  const [a, b, c] = tasks as [Task, Task, Task];
  await sleep(0);
  a.cancel();
  event.set();
  b.cancel();
  await sleep(0);
  c.cancel();
  for (const task of [a, b, c]) {
    await wait([task]);
    trace(task.cancelled());
  }
}
