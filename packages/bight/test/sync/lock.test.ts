import { describe, expect, test } from '@jest/globals';
import { createTask, EventLoop, Lock, RuntimeError, sleep, timeout, wait } from 'bight';
import { inLoop } from '../support/in-loop.js';
import { turns } from '../support/turns.js';

describe('Lock', () => {
  test('is released at the end of a using block, also when the block throws', () =>
    inLoop(async () => {
      const lock = new Lock();
      const failing = async () => {
        using _ = await lock.acquire();
        expect(lock.locked()).toBe(true);
        throw new Error('inside');
      };
      await expect(failing()).rejects.toThrow('inside');
      expect(lock.locked()).toBe(false);
    }));

  test('is released at the end of an await using block', () =>
    inLoop(async () => {
      const lock = new Lock();
      {
        await using _ = await lock.acquire();
        expect(lock.locked()).toBe(true);
      }
      expect(lock.locked()).toBe(false);
    }));

  test('that was given back by hand is not given back again at the end of the block', () =>
    inLoop(async () => {
      const lock = new Lock();
      {
        using held = await lock.acquire();
        held.release();
        await lock.acquire();
      }
      expect(lock.locked()).toBe(true);
    }));

  test('costs no turn of the loop while it is free', () =>
    inLoop(async (loop) => {
      const lock = new Lock();
      let hasTurned = false;
      loop.callSoon(() => {
        hasTurned = true;
      });
      await lock.acquire();
      expect(hasTurned).toBe(false);
      lock.release();
    }));

  test('goes to the next when the task that it was meant for is cancelled in the turn of the release', () =>
    inLoop(async () => {
      const lock = new Lock();
      await lock.acquire();
      const first = createTask(() => lock.acquire());
      const second = createTask(() => lock.acquire());
      await turns(1);
      lock.release();
      first.cancel();
      await wait([first]);
      await second;
      expect([first.cancelled(), lock.locked()]).toEqual([true, true]);
    }));

  test('is not lost when a time limit runs out in the turn of the release', () =>
    inLoop(async (loop) => {
      const lock = new Lock();
      await lock.acquire();
      const limited = createTask(async () => {
        try {
          await timeout(0.005).run(async () => {
            await lock.acquire();
          });
          return true;
        } catch {
          return false;
        }
      });
      loop.callLater(0.005, () => lock.release());
      const wasTaken = await limited;
      expect(lock.locked()).toBe(wasTaken);
    }));

  test('run() gives what the function returns', () =>
    inLoop(async () => {
      const lock = new Lock();
      expect(await lock.run(async () => 5)).toBe(5);
      expect(
        await lock.run(function* () {
          yield* sleep(0);
          return lock.locked();
        }),
      ).toBe(true);
      expect(lock.locked()).toBe(false);
    }));

  test('belongs to the first loop that uses it', async () => {
    const lock = new Lock();
    await inLoop(async () => {
      await lock.acquire();
      lock.release();
    });
    await inLoop(async () => {
      expect(() => lock.acquire()).toThrow(RuntimeError);
    });
  });

  test('can be made outside of a loop, and acquired only inside one', () => {
    expect(() => new Lock().acquire()).toThrow(RuntimeError);
  });
});

test('locks work in a loop that runs again', async () => {
  const loop = new EventLoop();
  const lock = new Lock();
  for (let run = 0; run < 3; run++) {
    await loop.runUntilComplete(async () => {
      using _ = await lock.acquire();
      await sleep(0);
    });
  }
  expect(lock.locked()).toBe(false);
  loop.close();
});
