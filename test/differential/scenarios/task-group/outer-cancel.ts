import { ValueError } from '@bight/loop-abstract';
import { createTask, currentTask, getRunningLoop, sleep, TaskGroup } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(name: string, error?: Error | null): Promise<void> {
    try {
      await loop.createFuture<void>();
    } catch (cancelled) {
      trace(name, cancelled);
      throw error ?? cancelled;
    }
  }

  async function parent(bodyWaits: boolean, error: Error | null): Promise<void> {
    try {
      await TaskGroup.run(async (group) => {
        group.createTask(() => child('first', error));
        group.createTask(() => child('second'));
        if (bodyWaits) await loop.createFuture<void>();
      });
    } catch (caught) {
      trace('parent', caught, currentTask()!.cancelling());
      throw caught;
    }
  }

  for (const bodyWaits of [true, false]) {
    for (const error of [null, new ValueError('clean-up')]) {
      trace('--', bodyWaits, error);
      const task = createTask(() => parent(bodyWaits, error));
      await sleep(0);
      await sleep(0);
      task.cancel('from outside');
      try {
        await task;
      } catch (caught) {
        trace('main', caught, task.cancelled(), task.cancelling());
      }
    }
  }
}
