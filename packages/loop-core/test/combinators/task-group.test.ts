import { KeyboardInterrupt } from '@bight/loop-abstract';
import { sleep, TaskGroup } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { outcome } from '../../../../test/support/outcome.js';
import { inLoop } from '../support/loops.js';

describe('a KeyboardInterrupt in a group', () => {
  const interrupt = new KeyboardInterrupt();
  const fail = async (error: Error): Promise<never> => {
    throw error;
  };

  test('of a task comes out as it is, and hides other errors', () =>
    inLoop(async () => {
      const running = TaskGroup.run(async (group) => {
        group.createTask(() => fail(new Error('another')));
        group.createTask(() => fail(interrupt));
        await sleep(1000);
      });
      expect(await outcome(running)).toBe(interrupt);
    }));

  test('of the body comes out as it is, after the tasks have ended', () =>
    inLoop(async () => {
      let hasEnded = false;
      const running = TaskGroup.run(async (group) => {
        group.createTask(async () => {
          try {
            await sleep(1000);
          } finally {
            hasEnded = true;
          }
        });
        await sleep(0);
        throw interrupt;
      });
      expect(await outcome(running)).toBe(interrupt);
      expect(hasEnded).toBe(true);
    }));
});
