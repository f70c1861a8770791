import { KeyError, ValueError } from '@bight/loop-abstract';
import { sleep, TaskGroup } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  async function failing(name: string, turns: number): Promise<void> {
    for (let turn = 0; turn < turns; turn++) {
      await sleep(0);
    }
    trace(name, 'fails');
    throw new ValueError(name);
  }

  async function badCleanup(name: string, turns: number): Promise<void> {
    try {
      await sleep(100);
    } catch {
      for (let turn = 0; turn < turns; turn++) {
        await sleep(0);
      }
      trace(name, 'fails in its clean-up');
      throw new KeyError(name);
    }
  }

  async function unaware(): Promise<void> {
    try {
      await sleep(100);
    } catch {
      trace('unaware swallows');
    }
  }

  try {
    await TaskGroup.run(async (group) => {
      group.createTask(() => badCleanup('slow clean-up', 3));
      group.createTask(() => badCleanup('quick clean-up', 0));
      group.createTask(unaware);
      group.createTask(() => failing('first', 1));
      group.createTask(() => failing('same turn', 1));
      group.createTask(() => failing('cancelled in time', 5));
    });
  } catch (error) {
    trace(error);
  }
}
