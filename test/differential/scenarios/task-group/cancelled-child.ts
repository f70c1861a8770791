import { currentTask, sleep, type Task, TaskGroup } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  async function child(name: string): Promise<void> {
    try {
      for (let turn = 0; turn < 4; turn++) {
        await sleep(0);
      }
    } catch (error) {
      trace(name, error);
      throw error;
    }
    trace(name, 'ends');
  }

  const victims: Task<void>[] = [];
  await TaskGroup.run(async (group) => {
    const victim = group.createTask(() => child('victim'));
    victims.push(victim);
    group.createTask(() => child('other'));
    await sleep(0);
    victim.cancel('alone');
    trace('body ends');
  });
  trace(victims[0]!.cancelled(), currentTask()!.cancelling());
}
