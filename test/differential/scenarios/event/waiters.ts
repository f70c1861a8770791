import { createTask, Event, gather, sleep } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const event = new Event();

  async function waiter(name: string): Promise<void> {
    trace(name, await event.wait(), event.isSet());
  }

  const tasks = ['a', 'b', 'c'].map((name) => createTask(() => waiter(name)));
  await sleep(0);
  event.set();
  event.clear();
  const late = createTask(() => waiter('late'));
  trace('set');
  await gather(tasks);
  trace(late.done());
  event.set();
  trace('main', await event.wait());
  await late;
}
