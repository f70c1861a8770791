import { createTask, Lock, sleep } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const lock = new Lock();

  async function user(name: string): Promise<void> {
    await lock.run(async () => {
      trace(name);
    });
  }

  await lock.acquire();
  const first = createTask(() => user('first'));
  await sleep(0);
  lock.release();
  trace(lock.locked());
  await lock.acquire();
  trace('main');
  lock.release();
  await first;
}
