import { createTask, shield, sleep, waitFor } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export const clock = 'virtual';
const TICK = 1 / 64;

export async function main(trace: Trace): Promise<void> {
  async function work(): Promise<string> {
    await sleep(4 * TICK);
    trace('work ends');
    return 'work';
  }

  const task = createTask(work);
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      trace(attempt, await waitFor(shield(task), 2.5 * TICK));
    } catch (error) {
      trace(attempt, error, task.done(), task.cancelled());
    }
  }
}
