// The guarantees of locks and queues hold in any order of the tasks that are ready together.

import { simulate } from '@bight/loop-testing';
import { expect, test } from '@jest/globals';
import { Condition, gather, Lock, Queue, Semaphore, sleep, TaskGroup } from 'bight';
import { runsOf, testSeed } from '../../../../test/support/extent.js';

const options = { chaos: true, runs: runsOf(200, 15), seed: testSeed };

test('a lock is held by one at a time, also when some of those who wait are cancelled', async () => {
  await simulate(async ({ random }) => {
    const lock = new Lock();
    let holders = 0;
    let turns = 0;
    const work = async () => {
      await lock.run(async () => {
        expect(++holders).toBe(1);
        try {
          await sleep(random.below(2));
        } finally {
          holders--;
        }
        turns++;
      });
    };
    await TaskGroup.run(async (group) => {
      const tasks = Array.from({ length: 10 }, () => group.createTask(work));
      await sleep(random.below(3));
      for (const task of tasks) if (random.chance(0.3)) task.cancel();
    });
    expect(lock.locked()).toBe(false);
    expect(turns).toBeGreaterThan(0);
  }, options);
});

test('a semaphore admits as many tasks as its value', async () => {
  await simulate(async ({ random }) => {
    const semaphore = new Semaphore({ value: 3 });
    let inside = 0;
    const work = async () => {
      await semaphore.acquire();
      expect(++inside).toBeLessThanOrEqual(3);
      await sleep(random.below(2));
      inside--;
      semaphore.release();
    };
    await gather(Array.from({ length: 20 }, () => work));
    expect(inside).toBe(0);
  }, options);
});

test('a queue loses nothing and repeats nothing, and each producer sees its own order kept', async () => {
  await simulate(async ({ random }) => {
    const queue = new Queue<[producer: number, item: number]>({ maxsize: 2 });
    const taken: [number, number][] = [];
    await TaskGroup.run(async (group) => {
      const consumers = Array.from({ length: 3 }, () =>
        group.createTask(async () => {
          for (;;) {
            taken.push(await queue.get());
            await sleep(random.below(2));
            queue.taskDone();
          }
        }),
      );
      await gather(
        [0, 1, 2, 3].map((producer) => async () => {
          for (let item = 0; item < 10; item++) await queue.put([producer, item]);
        }),
      );
      await queue.join();
      for (const consumer of consumers) consumer.cancel();
    });
    for (const producer of [0, 1, 2, 3]) {
      const items = taken.filter(([by]) => by === producer).map(([, item]) => item);
      expect(items).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  }, options);
});

test('a condition wakes as many as it is asked to, and no task sleeps for ever', async () => {
  await simulate(async () => {
    const condition = new Condition();
    let tickets = 0;
    let served = 0;
    const guest = async () => {
      await using _ = await condition.acquire();
      await condition.waitFor(() => tickets > 0);
      tickets--;
      served++;
    };
    const host = async () => {
      for (let number = 0; number < 8; number++) {
        await using _ = await condition.acquire();
        tickets++;
        condition.notify();
      }
    };
    await gather([...Array.from({ length: 8 }, () => guest), host]);
    expect([served, tickets]).toEqual([8, 0]);
  }, options);
});
