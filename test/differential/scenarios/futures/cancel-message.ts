import { createTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<null>();

  async function waiter(name: string): Promise<void> {
    try {
      await future;
    } catch (error) {
      trace(name, error);
    }
  }

  const tasks = [createTask(() => waiter('first')), createTask(() => waiter('second'))];
  await sleep(0);
  trace('cancel', future.cancel('out of time'));
  try {
    future.result();
  } catch (error) {
    trace('result', error);
  }
  try {
    future.exception();
  } catch (error) {
    trace('exception', error);
  }
  for (const task of tasks) {
    await task;
  }
  trace(tasks.map((task) => task.cancelled()));
}
