import { createTask, currentTask, gather, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(name: string): Promise<string> {
    try {
      for (let turn = 0; turn < 4; turn++) {
        await sleep(0);
      }
    } catch (error) {
      trace(name, error);
      throw error;
    }
    trace(name, 'ends');
    return name;
  }

  const first = createTask(() => child('first'));
  const second = createTask(() => child('second'));
  loop.callLater(0, () => first.cancel('just this one'));
  try {
    await gather([first, second]);
  } catch (error) {
    trace('caught', error, currentTask()!.cancelling());
  }
  trace(second.done(), await second);
}
