import { createTask, getRunningLoop, sleep, wait } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<string>();

  async function waiter(): Promise<void> {
    try {
      await wait([future, childTask]);
    } catch (error) {
      trace('waiter', error, future.cancelled(), childTask.cancelled());
      throw error;
    }
  }

  async function child(): Promise<string> {
    await sleep(0);
    await sleep(0);
    return 'child';
  }

  const childTask = createTask(child);
  const task = createTask(waiter);
  await sleep(0);
  task.cancel('no patience');
  try {
    await task;
  } catch (error) {
    trace('main', error);
  }
  trace(await childTask, future.done());
}
