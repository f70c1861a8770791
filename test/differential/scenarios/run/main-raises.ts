import { CancelledError, ValueError } from '@bight/loop-abstract';
import { createTask, currentTask, getRunningLoop, run as runLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function run(trace: Trace): Promise<void> {
  async function leftBehind(): Promise<void> {
    try {
      await sleep(100);
    } finally {
      trace('left behind is cancelled');
    }
  }

  async function fails(): Promise<void> {
    createTask(leftBehind);
    await sleep(0);
    throw new ValueError('main');
  }

  async function cancelsItself(): Promise<void> {
    createTask(leftBehind);
    currentTask()!.cancel('itself');
    await sleep(0);
  }

  async function isCancelled(): Promise<void> {
    await sleep(0);
    throw new CancelledError('spontaneous');
  }

  async function good(): Promise<void> {}

  for (const main of [fails, cancelsItself, isCancelled, good]) {
    try {
      trace('result', await runLoop<void>(main));
    } catch (error) {
      trace('raised', error);
    }
  }
  try {
    getRunningLoop();
  } catch (error) {
    trace('no running loop', trace.kind(error));
  }
}
