import { createTask, currentTask, getRunningLoop, sleep, type Task, timeout } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export const clock = 'virtual';
const TICK = 1 / 64;

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(ticks: number): Promise<void> {
    const limit = timeout(ticks * TICK);
    try {
      await limit.run(async () => {
        await loop.createFuture<null>();
      });
    } catch (error) {
      trace('child', error, limit.expired(), currentTask()!.cancelling());
      throw error;
    }
  }

  async function attempt(name: string, ticks: number, cancelAt: number, first: boolean): Promise<void> {
    const deadline = loop.time() + cancelAt * TICK;
    const cancel = (): unknown => task.cancel(name);
    if (first) loop.callAt(deadline, cancel);
    const task: Task<void> = createTask(() => child(ticks));
    await sleep(0);
    if (!first) loop.callAt(deadline, cancel);
    try {
      await task;
    } catch (error) {
      trace(name, error, task.cancelled(), task.cancelling());
    }
  }

  await attempt('cancel long before', 5, 1, true);
  await attempt('time-out long before', 1, 5, true);
  await attempt('cancel first', 2, 2, true);
  await attempt('time-out first', 2, 2, false);
}
