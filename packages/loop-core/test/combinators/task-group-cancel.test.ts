import { CancelledError } from '@bight/loop-abstract';
import { createTask, currentTask, sleep, TaskGroup } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { outcome } from '../../../../test/support/outcome.js';
import { inLoop } from '../support/loops.js';

describe('cancel() of a group', () => {
  test('ends its tasks and its body, and nothing is thrown', () =>
    inLoop(async () => {
      let task: PromiseLike<unknown> | undefined;
      const value = await TaskGroup.run(async (group) => {
        task = group.createTask(() => sleep(1000));
        group.createTask(async () => group.cancel());
        await sleep(1000);
        return 'never';
      });
      expect(value).toBeUndefined();
      expect(await outcome(task as PromiseLike<unknown>)).toBeInstanceOf(CancelledError);
      expect(currentTask()?.cancelling()).toBe(0);
      await sleep(0);
    }));

  test('by a body that does not wait afterwards does not reach the code after the group', () =>
    inLoop(async () => {
      const value = await TaskGroup.run(async (group) => {
        group.createTask(() => sleep(1000));
        group.cancel();
        return 'value';
      });
      expect(value).toBe('value');
      await sleep(0);
      await sleep(0.001);
      expect(currentTask()?.cancelling()).toBe(0);
    }));

  test('of a group without tasks ends its body', () =>
    inLoop(async () => {
      let isReached = false;
      await TaskGroup.run(async (group) => {
        group.cancel();
        await sleep(0);
        isReached = true;
      });
      expect(isReached).toBe(false);
      await sleep(0);
      expect(currentTask()?.cancelling()).toBe(0);
    }));

  test('while the group waits for its tasks ends them', () =>
    inLoop(async (loop) => {
      const value = await TaskGroup.run(async (group) => {
        group.createTask(() => sleep(1000));
        loop.callLater(0.001, () => group.cancel());
        return 'value';
      });
      expect(value).toBe('value');
      expect(currentTask()?.cancelling()).toBe(0);
      await sleep(0);
    }));

  test('when it is over does nothing', () =>
    inLoop(async () => {
      let group: TaskGroup | undefined;
      await TaskGroup.run(async (running) => {
        group = running;
      });
      group?.cancel();
      await sleep(0);
    }));

  test('lets errors of tasks out', () =>
    inLoop(async () => {
      const error = await outcome(
        TaskGroup.run(async (group) => {
          group.createTask(async () => {
            try {
              await sleep(1000);
            } catch {
              throw new Error('while ending');
            }
          });
          await sleep(0);
          group.cancel();
          await sleep(0);
        }),
      );
      expect((error as AggregateError).errors.map((one: Error) => one.message)).toEqual(['while ending']);
    }));

  test('lets further tasks begin, up to their first wait', () =>
    inLoop(async () => {
      const steps: string[] = [];
      await TaskGroup.run(async (group) => {
        group.cancel();
        group.createTask(async () => {
          steps.push('began');
          await sleep(0);
          steps.push('waited');
        });
      });
      expect(steps).toEqual(['began']);
    }));

  test('does not hide a cancel from outside', () =>
    inLoop(async () => {
      const task = createTask(async () => {
        await TaskGroup.run(async (group) => {
          group.cancel();
          await sleep(1000);
        });
        return 'survived';
      });
      await sleep(0);
      task.cancel();
      expect(await outcome(task)).toBeInstanceOf(CancelledError);
    }));

  test('in a block of await using: the code after it goes on', () =>
    inLoop(async () => {
      const [child] = await (async () => {
        await using group = new TaskGroup();
        const task = group.createTask(() => sleep(1000));
        group.cancel();
        return [task];
      })();
      expect(await outcome(child as PromiseLike<unknown>)).toBeInstanceOf(CancelledError);
      await sleep(0);
      expect(currentTask()?.cancelling()).toBe(0);
    }));
});
