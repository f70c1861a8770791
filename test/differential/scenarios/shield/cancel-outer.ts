import { createTask, shield, sleep, type Task } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  async function inner(): Promise<string> {
    for (let turn = 0; turn < 4; turn++) {
      trace('inner', turn);
      await sleep(0);
    }
    return 'inner result';
  }

  async function outer(task: Task<string>): Promise<void> {
    try {
      trace('outer', await shield(task));
    } catch (error) {
      trace('outer', error, task.cancelled());
      throw error;
    }
  }

  const task = createTask(inner);
  const shielded = createTask(() => outer(task));
  await sleep(0);
  await sleep(0);
  trace('cancel', shielded.cancel('only the outer'));
  try {
    await shielded;
  } catch (error) {
    trace('main', error);
  }
  trace('inner', await task);
}
