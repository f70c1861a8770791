import { RuntimeError, ValueError } from '@bight/loop-abstract';
import { createTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<null>();

  async function waiter(name: string): Promise<void> {
    try {
      await future;
    } catch (error) {
      trace(name, 'caught', error);
      throw new RuntimeError(name);
    }
  }

  const first = createTask(() => waiter('first'));
  const second = createTask(() => waiter('second'));
  await sleep(0);
  future.addDoneCallback((done) => trace('callback', done.exception()));
  loop.callSoon(() => future.setException(new ValueError('broken')));
  for (const task of [second, first]) {
    try {
      await task;
    } catch (error) {
      trace('task', error);
    }
  }
  trace(future.exception());
}
