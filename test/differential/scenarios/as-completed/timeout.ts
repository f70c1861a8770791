import { asCompleted, createTask, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export const clock = 'virtual';
const TICK = 1 / 64;

export async function main(trace: Trace): Promise<void> {
  async function child(name: string, ticks: number): Promise<string> {
    await sleep(ticks * TICK);
    return name;
  }

  const tasks = [
    createTask(() => child('a', 1)),
    createTask(() => child('b', 9)),
    createTask(() => child('c', 2)),
    createTask(() => child('d', 10)),
  ];
  for (const following of asCompleted(tasks, { timeout: 5 * TICK })) {
    try {
      trace('got', await following);
    } catch (error) {
      trace('got', error);
    }
  }
  trace(
    tasks.map((task) => task.done()),
    tasks.map((task) => task.cancelled()),
  );
  for (const task of tasks) {
    await task;
  }
}
