import { createTask, FIRST_COMPLETED, sleep, type Task, wait } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  async function child(name: string, turns: number): Promise<string> {
    for (let turn = 0; turn < turns; turn++) {
      await sleep(0);
    }
    trace(name, 'ends');
    return name;
  }

  const plan = Object.entries({ a: 1, b: 2, c: 1, d: 6 });
  const all: Task<string>[] = plan.map(([name, turns]) => createTask(() => child(name, turns), { name }));
  let left = all;
  while (left.length > 0) {
    const [done, pending] = await wait(left, { returnWhen: FIRST_COMPLETED });
    const names = (part: ReadonlySet<unknown>) =>
      all.filter((task) => part.has(task)).map((task) => task.getName());
    trace(names(done), names(pending));
    left = all.filter((task) => pending.has(task));
  }
}
