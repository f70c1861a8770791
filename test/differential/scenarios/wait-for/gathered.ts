import { CancelledError } from '@bight/loop-abstract';
import { createTask, gather, getRunningLoop, shield, sleep, waitFor } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export const clock = 'virtual';
const TICK = 1 / 64;

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function attempt(name: string, awaitable: PromiseLike<unknown>, ticks: number): Promise<void> {
    try {
      trace(name, await waitFor(awaitable, ticks * TICK));
    } catch (error) {
      const { cause } = error as Error;
      trace(name, error, cause === undefined ? null : trace.kind(cause));
    }
  }

  const sleepers = () => gather([async () => await sleep(5), async () => await sleep(5)]);

  await attempt('timed', sleepers(), 2);
  await attempt('at once', sleepers(), 0);
  await attempt('nested', gather([sleepers()]), 2);
  await attempt('shielded', shield(sleepers()), 2);
  const failed = loop.createFuture();
  failed.setException(new CancelledError('by hand'));
  await attempt('failed with a cancel', failed, 0);
  const late = loop.createFuture();
  loop.callLater(TICK, () => late.setException(new CancelledError('by hand, later')));
  await attempt('fails with a cancel', late, 2);

  async function waits(): Promise<void> {
    await waitFor(sleepers(), 5);
  }

  const task = createTask(waits);
  await sleep(0);
  await sleep(0);
  task.cancel('from outside');
  try {
    await task;
  } catch (error) {
    trace('cancelled', error);
  }
}
