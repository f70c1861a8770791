import { describe, expect, test } from '@jest/globals';
import { BoundedSemaphore, createTask, gather, Semaphore } from 'bight';
import { inLoop } from '../support/in-loop.js';
import { turns } from '../support/turns.js';

describe('Semaphore', () => {
  test('with a subclass that counts releases: each release is counted once', () =>
    inLoop(async () => {
      let released = 0;
      class Watched extends Semaphore {
        override release(): void {
          released++;
          super.release();
        }
      }
      const semaphore = new Watched({ value: 1 });
      await semaphore.acquire();
      const first = createTask(() => semaphore.acquire());
      const second = createTask(() => semaphore.acquire());
      await turns(1);
      semaphore.release();
      first.cancel();
      await second;
      expect([released, semaphore.locked()]).toEqual([1, true]);
    }));

  test('shows its value', () =>
    inLoop(async () => {
      for (const semaphore of [new Semaphore({ value: 2 }), new BoundedSemaphore({ value: 2 })]) {
        await semaphore.acquire();
        const left = [semaphore.value];
        await semaphore.acquire();
        left.push(semaphore.value);
        semaphore.release();
        left.push(semaphore.value);
        expect(left).toEqual([1, 0, 1]);
      }
    }));

  test('admits as many holders as its value, with using', () =>
    inLoop(async () => {
      const semaphore = new BoundedSemaphore({ value: 3 });
      let inside = 0;
      let most = 0;
      const user = async () => {
        using _ = await semaphore.acquire();
        most = Math.max(most, ++inside);
        await turns(3);
        inside--;
      };
      await gather(Array.from({ length: 20 }, () => user));
      expect([most, inside, semaphore.locked()]).toEqual([3, 0, false]);
    }));
});
