import { createTask, currentTask, gather, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(name: string, cleanup: number): Promise<void> {
    try {
      await loop.createFuture<void>();
    } catch (error) {
      trace(name, error);
      for (let turn = 0; turn < cleanup; turn++) {
        await sleep(0);
      }
      trace(name, 'cleaned up');
      throw error;
    }
  }

  async function parent(returnExceptions: boolean): Promise<void> {
    try {
      trace(await gather([quick, () => child('a', 0), () => child('b', 2)], { returnExceptions }));
    } catch (error) {
      trace('parent', error, currentTask()!.cancelling());
      throw error;
    }
  }

  async function short(): Promise<string> {
    return 'short';
  }

  let quick = createTask(short);
  for (const returnExceptions of [false, true]) {
    quick = createTask(short);
    const task = createTask(() => parent(returnExceptions));
    await sleep(0);
    await sleep(0);
    trace('cancel', task.cancel('from outside'), task.cancelling());
    for (let turn = 0; turn < 6; turn++) {
      trace('turn', turn, task.done());
      await sleep(0);
    }
    trace(task.cancelled());
  }
}
