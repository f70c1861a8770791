import { ValueError } from '@bight/loop-abstract';
import { createTask, getRunningLoop, sleep, wait } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(name: string, turns: number, error?: Error): Promise<void> {
    for (let turn = 0; turn < turns; turn++) {
      await sleep(0);
    }
    trace(name, 'ends');
    if (error) throw error;
  }

  const tasks = [
    createTask(() => child('a', 2), { name: 'a' }),
    createTask(() => child('b', 1, new ValueError('b')), { name: 'b' }),
    createTask(() => child('c', 3), { name: 'c' }),
  ];
  tasks[2]!.cancel();
  loop.callSoon(trace, ['soon']);
  let [done, pending] = await wait(tasks);
  trace(tasks.flatMap((task) => (done.has(task) ? [task.getName()] : [])).sort(), pending.size);
  loop.callSoon(trace, ['soon again']);
  [done, pending] = await wait(tasks);
  trace('again', done.size, pending.size, tasks[1]!.exception());
  await sleep(0);
}
