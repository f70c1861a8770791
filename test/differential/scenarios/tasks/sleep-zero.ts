import { createTask, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  async function worker(name: number | string, turns: number): Promise<number | string> {
    for (let turn = 0; turn < turns; turn++) {
      trace(name, turn);
      await sleep(0);
    }
    if (name === 1) {
      const late = createTask(() => worker('late', 2));
      await late;
    }
    return name;
  }

  const tasks = Array.from({ length: 10 }, (_, number) => createTask(() => worker(number, number % 4)));
  for (let i = 0; i < 3; i++) {
    trace('main');
    await sleep(0);
  }
  for (const task of tasks) {
    trace('finished', await task);
  }
}
