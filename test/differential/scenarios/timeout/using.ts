import { currentTask, sleep, timeout } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export const clock = 'virtual';
export const style = 'async';

const TICK = 1 / 64;

export async function main(trace: Trace): Promise<void> {
  try {
    await using _ = timeout(TICK);
    await sleep(9 * TICK);
  } catch (error) {
    trace('expired', error, currentTask()!.cancelling());
  }

  {
    await using limit = timeout(9 * TICK);
    await sleep(0);
    trace('in time', limit.expired());
  }

  try {
    await using _outer = timeout(9 * TICK);
    {
      await using _inner = timeout(TICK);
      await sleep(5 * TICK);
    }
    trace('never');
  } catch (error) {
    trace('inner expired', error, currentTask()!.cancelling());
  }
}
