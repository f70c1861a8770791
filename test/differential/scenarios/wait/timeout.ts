import { createTask, sleep, wait } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export const clock = 'virtual';
const TICK = 1 / 64;

export async function main(trace: Trace): Promise<void> {
  async function child(name: string, ticks: number): Promise<string> {
    await sleep(ticks * TICK);
    trace(name, 'ends');
    return name;
  }

  const tasks = [
    createTask(() => child('a', 1), { name: 'a' }),
    createTask(() => child('b', 5), { name: 'b' }),
  ];
  let [done, pending] = await wait(tasks, { timeout: 3 * TICK });
  const waiting = tasks.filter((task) => pending.has(task));
  trace(
    tasks.filter((task) => done.has(task)).map((task) => task.getName()),
    waiting.map((task) => task.getName()),
    waiting.map((task) => task.cancelled()),
  );
  [done, pending] = await wait(tasks, { timeout: 0 });
  trace('nought', done.size, pending.size);
  [done, pending] = await wait(tasks, { timeout: null });
  trace('no limit', done.size, pending.size);
  [done, pending] = await wait(tasks, { timeout: 0 });
  trace('all done', done.size, pending.size);
}
