import { createTask, currentTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(): Promise<string> {
    const me = currentTask()!;
    trace('start', me.cancelling(), me.uncancel());
    try {
      await loop.createFuture<null>();
    } catch {
      trace('caught', me.cancelling());
      trace('uncancel', me.uncancel(), me.uncancel(), me.uncancel());
    }
    await sleep(0);
    me.cancel();
    trace('pending', me.cancelling(), me.uncancel());
    try {
      await sleep(0);
      trace('went on');
    } catch (error) {
      trace('still thrown', error);
    }
    return 'end';
  }

  const task = createTask(child);
  await sleep(0);
  task.cancel();
  task.cancel();
  trace('requests', task.cancelling());
  trace(await task, task.cancelling(), task.cancelled(), task.uncancel());
}
