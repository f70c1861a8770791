import { KeyError, ValueError } from '@bight/loop-abstract';
import { getRunningLoop, sleep, TaskGroup } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(name: string, error?: Error): Promise<void> {
    try {
      await loop.createFuture<void>();
    } catch (cancelled) {
      trace(name, cancelled);
      throw error ?? cancelled;
    }
  }

  try {
    await TaskGroup.run(async (group) => {
      group.createTask(() => child('calm'));
      group.createTask(() => child('failing', new KeyError('child')));
      await sleep(0);
      throw new ValueError('body');
    });
  } catch (error) {
    trace(error);
  }

  try {
    await TaskGroup.run(async (group) => {
      group.createTask(() => child('never started'));
      throw new ValueError('body alone');
    });
  } catch (error) {
    trace(error);
  }
}
