import { currentTask, sleep, TaskGroup, timeout } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export const clock = 'virtual';
const TICK = 1 / 64;

export async function main(trace: Trace): Promise<void> {
  async function child(name: string, ticks: number, cleanup = 0): Promise<void> {
    try {
      await sleep(ticks * TICK);
      trace(name, 'ends');
    } catch (error) {
      trace(name, error);
      await sleep(cleanup * TICK);
      trace(name, 'cleaned up');
      throw error;
    }
  }

  const limit = timeout(3 * TICK);
  try {
    await limit.run(async () => {
      await TaskGroup.run(async (group) => {
        group.createTask(() => child('quick', 1));
        group.createTask(() => child('slow', 9));
        group.createTask(() => child('thorough', 9, 2));
      });
    });
  } catch (error) {
    trace(error, limit.expired(), currentTask()!.cancelling());
  }
}
