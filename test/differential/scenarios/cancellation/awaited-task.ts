import { createTask, currentTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function victim(): Promise<void> {
    await loop.createFuture<null>();
  }

  async function awaiter(): Promise<string> {
    try {
      await target;
    } catch (error) {
      trace('awaiter', error, currentTask()!.cancelling());
    }
    await sleep(0);
    return 'awaiter goes on';
  }

  const target = createTask(victim);
  const waiting = createTask(awaiter);
  await sleep(0);
  target.cancel('by a third');
  trace(await waiting);
  trace(target.cancelled(), waiting.cancelled());
}
