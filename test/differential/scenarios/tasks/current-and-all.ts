import { allTasks, createTask, currentTask, getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const mainTask = currentTask()!;
  mainTask.setName('main');

  function names(): string[] {
    return [...allTasks()].map((task) => task.getName()).sort();
  }

  async function helper(): Promise<string> {
    await sleep(0);
    return currentTask()!.getName();
  }

  async function child(turns: number): Promise<void> {
    for (let turn = 0; turn < turns; turn++) {
      trace('child', currentTask()!.getName(), names());
      await sleep(0);
    }
    trace('helper', await helper());
  }

  const tasks = [2, 0, 1].map((turns) => createTask(() => child(turns), { name: `turns ${turns}` }));
  loop.callSoon(() => trace('callback', currentTask()));
  trace('before', currentTask() === mainTask, names());
  for (const task of tasks) {
    await task;
    trace('joined', currentTask() === mainTask, names());
  }
}
