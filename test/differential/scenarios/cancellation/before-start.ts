import { createTask, getRunningLoop } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(): Promise<void> {
    trace('never');
  }

  const task = createTask(child);
  task.addDoneCallback((done) => trace('callback', done.cancelled()));
  trace('cancel', task.cancel(), task.done(), task.cancelled(), task.cancelling());
  loop.callSoon(trace, ['soon']);
  try {
    await task;
  } catch (error) {
    trace('caught', error);
  }
  trace('after', task.done(), task.cancelled(), task.cancel());
}
