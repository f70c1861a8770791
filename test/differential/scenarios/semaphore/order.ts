import { gather, Semaphore, sleep } from 'bight';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const semaphore = new Semaphore({ value: 2 });

  async function user(name: string, turns: number): Promise<void> {
    await semaphore.run(async () => {
      trace(name, 'in', semaphore.locked());
      for (let turn = 0; turn < turns; turn++) await sleep(0);
      trace(name, 'out');
    });
  }

  const users = [
    ['a', 3],
    ['b', 1],
    ['c', 1],
    ['d', 0],
    ['e', 2],
  ] as const;
  await gather(
    users.map(
      ([name, turns]) =>
        () =>
          user(name, turns),
    ),
  );
  trace(semaphore.locked());
}
