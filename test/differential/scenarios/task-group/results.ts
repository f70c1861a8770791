import { getRunningLoop, sleep, type Task, TaskGroup } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(name: string, turns: number): Promise<string> {
    for (let turn = 0; turn < turns; turn++) {
      await sleep(0);
    }
    trace(name, 'ends');
    return name;
  }

  async function breeder(group: TaskGroup): Promise<void> {
    await sleep(0);
    group.createTask(() => child('born late', 3));
    trace('breeder ends');
  }

  for (let turn = 0; turn < 8; turn++) {
    loop.callSoon(trace, ['queued', turn]);
  }
  let tasks: Task<string>[] = [];
  await TaskGroup.run(async (group) => {
    tasks = [
      group.createTask(() => child('first', 2), { name: 'the first' }),
      group.createTask(() => child('second', 0)),
    ];
    group.createTask(() => breeder(group));
    trace('body ends', tasks[0]!.getName());
  });
  trace('group ends', ...tasks.map((task) => task.result()));
  await TaskGroup.run(async () => {
    loop.callSoon(trace, ['soon']);
    trace('empty body');
  });
  trace('empty group ends');
  await sleep(0);
}
