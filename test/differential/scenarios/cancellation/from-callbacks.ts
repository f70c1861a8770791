import { createTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(name: string): Promise<void> {
    try {
      await loop.createFuture<null>();
    } catch (error) {
      trace(name, error);
      throw error;
    }
  }

  const soon = createTask(() => child('soon'));
  const chained = createTask(() => child('chained'));
  const timed = createTask(() => child('timed'));
  soon.addDoneCallback(() => trace('chained', chained.cancel('by the callback of soon')));
  loop.callSoon(() => soon.cancel('by call_soon'));
  loop.callLater(0, () => timed.cancel('by a timer'));
  for (let turn = 0; turn < 5; turn++) {
    loop.callSoon(trace, ['turn', turn]);
    await sleep(0);
  }
  trace([soon, chained, timed].map((task) => task.cancelled()));
}
