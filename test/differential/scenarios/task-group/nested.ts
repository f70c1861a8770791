import { ValueError } from '@bight/loop-abstract';
import { currentTask, sleep, TaskGroup } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  async function failing(name: string): Promise<void> {
    await sleep(0);
    throw new ValueError(name);
  }

  async function sibling(name: string): Promise<void> {
    try {
      await sleep(100);
    } catch (error) {
      trace(name, error);
      throw error;
    }
  }

  async function inner(name: string): Promise<void> {
    await TaskGroup.run(async (group) => {
      group.createTask(() => sibling(`sibling of ${name}`));
      group.createTask(() => failing(name));
    });
    trace('never');
  }

  try {
    await TaskGroup.run(async (outer) => {
      outer.createTask(() => inner('group in a task'));
      outer.createTask(() => sibling('outer sibling'));
    });
  } catch (error) {
    trace('in a task', error);
  }

  try {
    await TaskGroup.run(async (outer) => {
      outer.createTask(() => sibling('outer sibling'));
      await inner('group in the body');
    });
  } catch (error) {
    trace('in the body', error);
  }
  trace(currentTask()!.cancelling());
}
