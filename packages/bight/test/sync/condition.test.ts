import { describe, expect, test } from '@jest/globals';
import { CancelledError, Condition, createTask, type Lock, wait } from 'bight';
import { inLoop } from '../support/in-loop.js';
import { turns } from '../support/turns.js';

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

  test('wakes no task for a waiter that was cancelled before it was notified', () =>
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
