import { ValueError } from '@bight/loop-abstract';
import { createTask, type Future, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.setExceptionHandler((_, context) => trace('handler', ...trace.context(context)));
  const future = loop.createFuture<string>();

  function fail(done: Pick<Future<string>, 'result'>): void {
    trace('about to fail', done.result());
    throw new ValueError('in the callback');
  }

  async function waiter(): Promise<void> {
    trace('waiter', await future);
  }

  const task = createTask(waiter);
  future.addDoneCallback(fail);
  future.addDoneCallback(() => trace('next callback'));
  await sleep(0);
  future.addDoneCallback(fail);
  future.setResult('result');
  await task;
  await sleep(0);
  trace('end');
}
