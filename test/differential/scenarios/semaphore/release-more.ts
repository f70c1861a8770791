import { createTask, gather, Semaphore, sleep } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const semaphore = new Semaphore({ value: 0 });

  async function user(name: string): Promise<void> {
    await semaphore.acquire();
    trace(name);
  }

  const tasks = ['a', 'b', 'c'].map((name) => createTask(() => user(name)));
  await sleep(0);
  semaphore.release();
  semaphore.release();
  trace(semaphore.locked());
  tasks.push(createTask(() => user('late')));
  await sleep(0);
  trace('turn');
  await sleep(0);
  semaphore.release();
  semaphore.release();
  semaphore.release();
  trace(semaphore.locked());
  await semaphore.acquire();
  trace('main', semaphore.locked());
  await gather(tasks);
}
