import { describe, expect, test } from '@jest/globals';
import {
  Barrier,
  BoundedSemaphore,
  BrokenBarrierError,
  CancelledError,
  Condition,
  createTask,
  Event,
  EventLoop,
  gather,
  Lock,
  RuntimeError,
  Semaphore,
  sleep,
  timeout,
  wait,
  waitFor,
} from 'bight';
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
      let turned = false;
      loop.callSoon(() => {
        turned = true;
      });
      await lock.acquire();
      expect(turned).toBe(false);
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
      const got = await limited;
      expect(lock.locked()).toBe(got);
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

  test('can be made outside of a loop, and used only inside one', () => {
    expect(() => new Lock().acquire()).toThrow(RuntimeError);
  });
});

describe('Semaphore', () => {
  test('that subclasses watch hears of no release that nobody made', () =>
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

  test('lets so many in as its value says, with using', () =>
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

describe('Event', () => {
  test('that is set costs no turn of the loop', () =>
    inLoop(async (loop) => {
      const event = new Event();
      event.set();
      let turned = false;
      loop.callSoon(() => {
        turned = true;
      });
      expect(await event.wait()).toBe(true);
      expect(turned).toBe(false);
    }));

  test('keeps no waiter that gave up', () =>
    inLoop(async () => {
      const event = new Event();
      for (let i = 0; i < 10; i++) await waitFor(event.wait(), 0).catch(() => undefined);
      expect(`${event}`).toBe('<Event unset, waiters: 0>');
    }));
});

describe('Condition', () => {
  test('passes a notification on when the waiter that got it is cancelled in the same turn', () =>
    inLoop(async () => {
      const condition = new Condition();
      const waiter = async () => {
        using _ = await condition.acquire();
        await condition.wait();
        return 'woken';
      };
      const [first, second] = [createTask(waiter), createTask(waiter)];
      await turns(1);
      {
        using _ = await condition.acquire();
        condition.notify();
        first.cancel();
      }
      await expect(first).rejects.toThrow(CancelledError);
      expect(await second).toBe('woken');
    }));

  test('passes a notification on when its waiter is cancelled while it waits for the lock', () =>
    inLoop(async () => {
      const condition = new Condition();
      const waiter = async () => {
        using _ = await condition.acquire();
        await condition.wait();
        return 'woken';
      };
      const [first, second] = [createTask(waiter), createTask(waiter)];
      await turns(1);
      const held = await condition.acquire();
      condition.notify();
      await turns(2);
      first.cancel();
      await turns(2);
      held.release();
      await expect(first).rejects.toThrow(CancelledError);
      expect(await second).toBe('woken');
      expect(condition.locked()).toBe(false);
    }));

  test('does not wake anybody for a waiter that was cancelled before it was notified', () =>
    inLoop(async () => {
      const condition = new Condition();
      const waiter = async () => {
        using _ = await condition.acquire();
        await condition.wait();
      };
      const [first, second] = [createTask(waiter), createTask(waiter)];
      await turns(1);
      first.cancel();
      await wait([first]);
      await turns(3);
      expect(second.done()).toBe(false);
      second.cancel();
      await wait([second]);
    }));

  test('refuses what is no lock', () => {
    expect(() => new Condition({ lock: {} as Lock })).toThrow(TypeError);
    expect(() => new Condition().waitFor(5 as never)).toThrow(TypeError);
  });
});

describe('Barrier', () => {
  test('that is aborted stays broken until it is reset', () =>
    inLoop(async () => {
      const barrier = new Barrier(2);
      await barrier.abort();
      await expect(barrier.wait()).rejects.toThrow(BrokenBarrierError);
      await barrier.reset();
      expect(barrier.broken).toBe(false);
      const indices = await gather([() => barrier.wait(), () => barrier.wait()]);
      expect([...indices].sort()).toEqual([0, 1]);
    }));

  test('lets the next round in only after the last one has drained', () =>
    inLoop(async () => {
      const barrier = new Barrier(2);
      const rounds: number[] = [];
      const party = async () => {
        for (let round = 0; round < 5; round++) {
          await barrier.wait();
          rounds.push(round);
        }
      };
      await gather([party, party]);
      expect(rounds).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
    }));

  test('refuses a number of parties that is none', () => {
    expect(() => new Barrier(0)).toThrow(expect.objectContaining({ name: 'ValueError' }));
    expect(() => new Barrier(1.5)).toThrow();
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
