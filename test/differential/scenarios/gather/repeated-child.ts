import { createTask, gather, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  async function child(name: string): Promise<string> {
    trace(name, 'runs');
    await sleep(0);
    return name;
  }

  const task = createTask(() => child('task'));
  trace(await gather([task, () => child('other'), task, task]));
}
