import { createTask, currentTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const shared = loop.createFuture<null>();

  async function waiter(name: string): Promise<void> {
    try {
      await shared;
    } catch (error) {
      trace(name, error, currentTask()!.cancelling());
      throw error;
    }
  }

  const first = createTask(() => waiter('first'));
  const second = createTask(() => waiter('second'));
  await sleep(0);
  second.cancel('enough');
  trace('shared', shared.cancelled());
  for (const [name, task] of [
    ['first', first],
    ['second', second],
  ] as const) {
    try {
      await task;
    } catch (error) {
      trace('main', name, error);
    }
  }
  trace(first.cancelled(), second.cancelled());
}
