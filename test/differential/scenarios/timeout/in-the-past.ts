import { currentTask, getRunningLoop, sleep, timeout, timeoutAt } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function attempt(
    name: string,
    limit: ReturnType<typeof timeout>,
    body: () => Promise<void>,
  ): Promise<void> {
    loop.callSoon(trace, ['queued before', name]);
    try {
      await limit.run(async () => {
        loop.callSoon(trace, ['queued inside', name]);
        await body();
        trace(name, 'body ends');
      });
    } catch (error) {
      trace(name, error);
    }
    trace(name, limit.expired(), currentTask()!.cancelling());
  }

  async function waits(): Promise<void> {
    await sleep(0);
    trace('first turn');
    await sleep(0);
    trace('second turn');
    await sleep(0);
    trace('third turn');
  }

  async function doesNotWait(): Promise<void> {
    trace('no wait');
  }

  await attempt('nought', timeout(0), waits);
  await attempt('negative', timeout(-1), waits);
  await attempt('past', timeoutAt(loop.time() - 1), waits);
  await attempt('no wait', timeout(0), doesNotWait);
  await sleep(0);
  trace('end');
}
