import { CancelledError } from '@bight/loop-abstract';
import { createTask, currentTask, sleep, type Task, TaskGroup, timeout, wrapFuture } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { outcome } from '../../../../test/support/outcome.js';
import { gate } from '../support/foreign.js';
import { inLoop } from '../support/loops.js';

describe('no CancelledError comes after', () => {
  test('a time limit whose body stood at a foreign promise', () =>
    inLoop(async () => {
      const foreign = gate<string>();
      setTimeout(() => foreign.open('value'), 10);
      expect(await timeout(0.001).run(() => foreign.promise)).toBe('value');
      expect(currentTask()?.cancelling()).toBe(0);
      await sleep(0);
      await sleep(0.001);
    }));

  test('nested time limits over a foreign promise', () =>
    inLoop(async () => {
      const foreign = gate<string>();
      setTimeout(() => foreign.open('value'), 10);
      await timeout(0.002).run(() => timeout(0.001).run(() => foreign.promise));
      await sleep(0);
      expect(currentTask()?.cancelling()).toBe(0);
    }));

  test('a block of await using over a foreign promise', () =>
    inLoop(async () => {
      {
        await using _ = timeout(0.001);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await sleep(0);
      expect(currentTask()?.cancelling()).toBe(0);
    }));

  test('a group whose body stood at a foreign promise', () =>
    inLoop(async () => {
      const error = await outcome(
        TaskGroup.run(async (group) => {
          group.createTask(async () => {
            throw new Error('child');
          });
          await new Promise((resolve) => setTimeout(resolve, 5));
        }),
      );
      expect(error).toBeInstanceOf(AggregateError);
      await sleep(0);
      expect(currentTask()?.cancelling()).toBe(0);
    }));

  test('uncancel() to zero', () =>
    inLoop(async () => {
      const task = currentTask() as Task;
      task.cancel();
      expect(task.uncancel()).toBe(0);
      await sleep(0);
    }));
});

describe('a group', () => {
  test('that fails while it is being left is over with nothing left of the cancel', () =>
    inLoop(async () => {
      const task = currentTask() as Task;
      const { signal } = task;
      const error = await outcome(
        TaskGroup.run(async (group) => {
          group.createTask(async () => {
            await sleep(0.001);
            throw new Error('late');
          });
        }),
      );
      expect(error).toBeInstanceOf(AggregateError);
      expect([task.cancelling(), task.signal.aborted, signal === task.signal]).toEqual([0, false, true]);
      await sleep(0);
    }));

  test('that is cancelled does not swallow a cancel from outside during the clean-up', () =>
    inLoop(async () => {
      const cleaning = gate();
      const task = createTask(async () => {
        await TaskGroup.run(async (group) => {
          group.createTask(async () => {
            try {
              await sleep(3600);
            } finally {
              cleaning.open();
              await wrapFuture(new Promise((resolve) => setTimeout(resolve, 10)));
            }
          });
          await sleep(0);
          await sleep(0);
          group.cancel();
          await sleep(3600);
        });
        return 'swallowed';
      });
      await cleaning.promise;
      task.cancel();
      expect(await outcome(task)).toBeInstanceOf(CancelledError);
    }));

  test('nested: the outer one fails while the inner one is left, as in CPython 3.13', () =>
    inLoop(async () => {
      const error = await outcome(
        TaskGroup.run(async (outer) => {
          outer.createTask(async () => {
            throw new Error('outer');
          });
          await TaskGroup.run(async (inner) => {
            inner.createTask(async () => {
              try {
                await sleep(3600);
              } catch {
                throw new Error('inner');
              }
            });
            await sleep(3600);
          });
        }),
      );
      const names = (one: unknown): unknown =>
        one instanceof AggregateError ? one.errors.map(names) : (one as Error).message;
      expect(names(error)).toEqual(['outer', ['inner']]);
      expect(currentTask()?.cancelling()).toBe(0);
      await sleep(0);
    }));
});
