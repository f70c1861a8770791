import { createTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(): Promise<string> {
    await sleep(0);
    loop.callSoon(trace, ['scheduled by the last step']);
    return 'result';
  }

  async function waiter(name: string): Promise<void> {
    trace(name, await task);
  }

  const task = createTask(child);
  task.addDoneCallback((done) => trace('callback 1', done.result()));
  const waiters = [createTask(() => waiter('waiter 1')), createTask(() => waiter('waiter 2'))];
  await sleep(0);
  task.addDoneCallback((done) => trace('callback 2', done.result()));
  trace('main', await task);
  for (const other of waiters) {
    await other;
  }
  task.addDoneCallback((done) => trace('callback 3', done.result()));
  trace('done again', await task);
  await sleep(0);
}
