import { TimeoutError } from '@bight/loop-abstract';
import { currentTask, sleep, timeout } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export const clock = 'virtual';
const TICK = 1 / 64;

export async function main(trace: Trace): Promise<void> {
  async function attempt(outerTicks: number, innerTicks: number, workTicks: number): Promise<void> {
    trace('--', outerTicks, innerTicks, workTicks);
    const outer = timeout(outerTicks * TICK);
    const inner = timeout(innerTicks * TICK);
    try {
      await outer.run(async () => {
        try {
          await inner.run(async () => {
            await sleep(workTicks * TICK);
            trace('work done');
          });
        } catch (error) {
          if (!(error instanceof TimeoutError)) throw error;
          trace('inner', error);
          await sleep(workTicks * TICK);
          trace('second work done');
        }
      });
    } catch (error) {
      trace('outer', error);
    }
    trace(outer.expired(), inner.expired(), currentTask()!.cancelling());
  }

  await attempt(9, 2, 4);
  await attempt(2, 9, 4);
  await attempt(3, 2, 4);
  await attempt(2, 2, 4);
  await attempt(9, 9, 1);
}
