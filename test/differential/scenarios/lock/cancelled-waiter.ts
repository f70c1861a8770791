import { createTask, gather, Lock, sleep } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  for (const turns of [0, 1, 2]) {
    const lock = new Lock();

    async function user(name: string): Promise<void> {
      try {
        await lock.acquire();
      } catch (error) {
        trace(name, error, lock.locked());
        throw error;
      }
      trace(name, 'has');
      try {
        await sleep(0);
      } finally {
        lock.release();
      }
    }

    await lock.acquire();
    const tasks = ['a', 'b', 'c'].map((name) => createTask(() => user(name)));
    await sleep(0);
    lock.release();
    for (let turn = 0; turn < turns; turn++) await sleep(0);
    trace('cancels', tasks[0]!.cancel('enough'));
    const results = await gather(tasks, { returnExceptions: true });
    trace(
      results.map((result) => (result === undefined ? null : trace.kind(result))),
      lock.locked(),
    );
  }
}
