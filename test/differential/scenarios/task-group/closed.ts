import { ValueError } from '@bight/loop-abstract';
import { sleep, TaskGroup } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const groups: TaskGroup[] = [];

  async function never(): Promise<void> {
    trace('never');
  }

  async function triesWhileAborting(group: TaskGroup): Promise<void> {
    try {
      await sleep(100);
    } catch (cancelled) {
      try {
        group.createTask(never);
      } catch (error) {
        trace('aborting', trace.kind(error));
      }
      throw cancelled;
    }
  }

  await TaskGroup.run(async (group) => {
    groups.push(group);
  });
  try {
    groups[0]!.createTask(never);
  } catch (error) {
    trace('finished', trace.kind(error));
  }

  try {
    await TaskGroup.run(async (group) => {
      group.createTask(() => triesWhileAborting(group));
      await sleep(0);
      throw new ValueError('body');
    });
  } catch (error) {
    trace(error);
  }
}
