import { ValueError } from '@bight/loop-abstract';
import { createTask, FIRST_EXCEPTION, sleep, type Task, wait } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  async function child(name: string, turns: number, error?: Error): Promise<void> {
    for (let turn = 0; turn < turns; turn++) {
      await sleep(0);
    }
    trace(name, 'ends');
    if (error) throw error;
  }

  async function attempt(...tasks: Task<void>[]): Promise<void> {
    const [done, pending] = await wait(tasks, { returnWhen: FIRST_EXCEPTION });
    const names = (part: ReadonlySet<unknown>) =>
      tasks.filter((task) => part.has(task)).map((task) => task.getName());
    trace(names(done), names(pending));
    for (const task of tasks) {
      if (pending.has(task)) await task;
    }
  }

  function make(name: string, turns: number, error?: Error): Task<void> {
    return createTask(() => child(name, turns, error), { name });
  }

  await attempt(make('a', 1), make('b', 2, new ValueError('b')), make('c', 4));
  const cancelled = make('d', 3);
  cancelled.cancel();
  await attempt(cancelled, make('e', 2), make('f', 3));
  const failed = make('g', 0, new ValueError('g'));
  await sleep(0);
  await attempt(failed, make('h', 2));
}
