import { createTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function sharedBody(): Promise<void> {
    try {
      await loop.createFuture<null>();
    } catch (error) {
      trace('shared', error);
      await sleep(0);
      throw error;
    }
  }

  async function waiter(name: string): Promise<void> {
    try {
      await shared;
    } catch (error) {
      trace(name, trace.kind(error));
      throw error;
    }
  }

  const shared = createTask(sharedBody);
  const first = createTask(() => waiter('first'));
  const second = createTask(() => waiter('second'));
  await sleep(0);
  first.cancel('by the first');
  trace('requests', shared.cancelling(), first.cancelling(), second.cancelling());
  for (let turn = 0; turn < 4; turn++) {
    trace('turn', turn, shared.done(), first.done(), second.done());
    await sleep(0);
  }
  trace(shared.cancelled(), first.cancelled(), second.cancelled());
}
