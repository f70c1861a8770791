import { createTask, gather, Lock, sleep } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const lock = new Lock();

  async function user(name: string, turns: number): Promise<void> {
    trace(name, 'wants');
    await lock.acquire();
    trace(name, 'has');
    for (let turn = 0; turn < turns; turn++) await sleep(0);
    lock.release();
    trace(name, 'gave back', lock.locked());
  }

  const users = (
    [
      ['a', 2],
      ['b', 0],
      ['c', 1],
      ['d', 0],
    ] as const
  ).map(([name, turns]) => createTask(() => user(name, turns)));
  await sleep(0);
  const own = createTask(() => user('main', 0));
  await gather([...users, own]);
}
