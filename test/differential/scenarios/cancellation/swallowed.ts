import { createTask, currentTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function stubborn(): Promise<string> {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        await loop.createFuture<null>();
      } catch (error) {
        trace('swallowed', attempt, error, currentTask()!.cancelling());
      }
    }
    await sleep(0);
    return 'finished anyway';
  }

  const task = createTask(stubborn);
  await sleep(0);
  for (let attempt = 0; attempt < 3; attempt++) {
    trace('cancel', task.cancel(`attempt ${attempt}`));
    await sleep(0);
    trace('a turn later', task.done());
  }
  trace(await task, task.cancelled(), task.cancelling());
}
