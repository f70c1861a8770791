import { createTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<null>();

  async function child(): Promise<void> {
    try {
      await future;
    } catch (error) {
      trace('child', error, future.cancelled());
      throw error;
    } finally {
      trace('finally');
    }
  }

  const task = createTask(child);
  await sleep(0);
  future.addDoneCallback((done) => trace('future callback', done.cancelled()));
  trace('cancel', task.cancel(), future.cancelled(), task.done());
  loop.callSoon(trace, ['soon']);
  try {
    await task;
  } catch (error) {
    trace('main', error);
  }
  trace(task.cancelled(), task.cancelling());
}
