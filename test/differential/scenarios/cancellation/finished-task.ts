import { ValueError } from '@bight/loop-abstract';
import { createTask, sleep, type Task } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  async function good(): Promise<string> {
    return 'kept';
  }

  async function bad(): Promise<string> {
    throw new ValueError('kept');
  }

  const tasks: Task<string>[] = [createTask(good), createTask(bad)];
  await sleep(0);
  for (const task of tasks) {
    trace(task.cancel('late'), task.cancelled(), task.cancelling(), task.exception());
  }
  trace(tasks[0]!.result());
}
