import { CancelledError } from '@bight/loop-abstract';
import { createTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function inner(): Promise<void> {
    await loop.createFuture<null>();
  }

  async function reraises(): Promise<void> {
    try {
      await inner();
    } catch (error) {
      trace('caught', error);
      throw error;
    }
  }

  async function replaces(): Promise<void> {
    try {
      await inner();
    } catch {
      throw new CancelledError('another');
    }
  }

  async function notCancelledAtAll(): Promise<void> {
    throw new CancelledError('spontaneous');
  }

  for (const coroutine of [reraises, replaces, notCancelledAtAll]) {
    const task = createTask<void>(coroutine);
    await sleep(0);
    trace('cancel', task.cancel('the message'));
    await sleep(0);
    await sleep(0);
    trace('done', task.done(), task.cancelled());
    try {
      task.result();
    } catch (error) {
      trace('result', error);
    }
  }
}
