import { createTask, currentTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(): Promise<string> {
    try {
      await loop.createFuture<null>();
    } catch (error) {
      trace('child swallows', error);
    }
    return 'the value of the child';
  }

  async function parent(): Promise<string> {
    const value = await createTask(child);
    trace('parent gets', value, currentTask()!.cancelling());
    await sleep(0);
    return 'the value of the parent';
  }

  const task = createTask(parent);
  await sleep(0);
  await sleep(0);
  trace('cancel', task.cancel('please'));
  trace(await task, task.cancelled(), task.cancelling());
}
