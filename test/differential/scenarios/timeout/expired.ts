import { ValueError } from '@bight/loop-abstract';
import { currentTask, getRunningLoop, sleep, timeout } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export const clock = 'virtual';
const TICK = 1 / 64;

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const start = loop.time();
  const now = () => Math.round((loop.time() - start) / TICK);

  let limit = timeout(2 * TICK);
  try {
    await limit.run(async (entered) => {
      trace('entered', Math.round((entered.when()! - start) / TICK), entered.expired());
      try {
        await sleep(9 * TICK);
      } catch (error) {
        trace('inside', error, entered.expired(), currentTask()!.cancelling());
        throw error;
      }
    });
  } catch (error) {
    trace('outside', error, limit.expired(), currentTask()!.cancelling(), now());
  }

  limit = timeout(5 * TICK);
  await limit.run(async () => {
    await sleep(TICK);
    trace('in time');
  });
  trace(limit.expired(), now());

  await timeout(null).run(async (entered) => {
    trace('no limit', entered.when());
    await sleep(0);
  });

  limit = timeout(5 * TICK);
  try {
    await limit.run(async () => {
      throw new ValueError('own error');
    });
  } catch (error) {
    trace(error, limit.expired());
  }
  await sleep(9 * TICK);
  trace('no late cancellation', now());
}
