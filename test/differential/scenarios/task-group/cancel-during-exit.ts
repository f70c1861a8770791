import { ValueError } from '@bight/loop-abstract';
import { createTask, currentTask, getRunningLoop, sleep, TaskGroup } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function slowCleanup(name: string): Promise<void> {
    try {
      await loop.createFuture<void>();
    } catch (error) {
      trace(name, error);
      try {
        for (let turn = 0; turn < 4; turn++) {
          await sleep(0);
        }
      } catch (again) {
        trace(name, 'again', again);
        throw again;
      }
      trace(name, 'cleaned up');
      throw error;
    }
  }

  async function failing(): Promise<void> {
    await sleep(0);
    throw new ValueError('child');
  }

  async function parent(): Promise<void> {
    try {
      await TaskGroup.run(async (group) => {
        group.createTask(() => slowCleanup('slow'));
        group.createTask(failing);
      });
    } catch (error) {
      trace('parent', error, currentTask()!.cancelling());
      throw error;
    }
  }

  for (const cancels of [1, 2]) {
    trace('--', cancels);
    const task = createTask(parent);
    for (let turn = 0; turn < 5; turn++) {
      await sleep(0);
    }
    for (let number = 0; number < cancels; number++) {
      trace('cancel', task.cancel(`cancel ${number}`));
      await sleep(0);
    }
    try {
      await task;
    } catch (error) {
      trace('main', error, task.cancelled(), task.cancelling());
    }
  }
}
