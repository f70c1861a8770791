import { createTask, currentTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  async function child(): Promise<void> {
    trace('inside', currentTask()!.getName());
  }

  const task = createTask(child, { name: 'first' });
  trace(task.getName());
  task.setName('renamed');
  trace(task.getName());
  await task;
  const other = getRunningLoop().createTask(child, { name: 'other' });
  await other;
  const unnamed = createTask(() => sleep(0));
  trace(unnamed.getName().startsWith('Task-'));
  await unnamed;
}
