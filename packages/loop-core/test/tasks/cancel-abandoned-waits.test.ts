import { CancelledError, TimeoutError } from '@bight/loop-abstract';
import { createTask, sleep, type Task, TaskGroup, timeout } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { outcome } from '../../../../test/support/outcome.js';
import { foreignTurn, gate } from '../support/foreign.js';
import { inLoop, settle } from '../support/loops.js';

/** Ways to leave a wait behind that belongs to the task and that its code no longer awaits. */
const abandonments: Record<string, () => Promise<unknown>> = {
  'Promise.race()': () => Promise.race([sleep(3600), foreignTurn()]),
  'Promise.any()': () => Promise.any([sleep(3600), foreignTurn()]),
  'Promise.allSettled() that nothing awaits': async () => {
    void Promise.allSettled([sleep(3600)]);
  },
  'catch() that nothing awaits': async () => {
    void sleep(3600).catch(() => {});
  },
  'then() that nothing awaits': async () => {
    void sleep(3600).then(
      () => {},
      () => {},
    );
  },
  'a helper that nothing awaits': async () => {
    void (async () => {
      await sleep(3600);
    })();
  },
};

describe.each(Object.entries(abandonments))('a wait that was left behind by %s', (_name, abandon) => {
  test('does not take the cancel of a task at a foreign promise', () =>
    inLoop(async () => {
      const foreign = gate();
      const steps: string[] = [];
      const task = createTask(async () => {
        await abandon();
        steps.push('foreign');
        await foreign.promise;
        steps.push('next wait');
        await sleep(3600);
      });
      while (steps.length === 0) await foreignTurn();
      expect(task.cancel()).toBe(true);
      await settle();
      foreign.open();
      expect(await outcome(task)).toBeInstanceOf(CancelledError);
      expect([task.cancelled(), steps]).toEqual([true, ['foreign', 'next wait']]);
    }));

  test('does not take the cancel of a task that ends after the promise', () =>
    inLoop(async () => {
      const foreign = gate();
      let isReached = false;
      const task = createTask(async () => {
        await abandon();
        isReached = true;
        await foreign.promise;
        return 'value';
      });
      while (!isReached) await foreignTurn();
      task.cancel();
      await settle();
      foreign.open();
      expect(await outcome(task)).toBeInstanceOf(CancelledError);
    }));

  test('does not take the cancel of a time limit', () =>
    inLoop(async (loop) => {
      const foreign = gate();
      let isReached = false;
      const limited = createTask(() =>
        timeout(3600).run(async (limit) => {
          await abandon();
          isReached = true;
          limit.reschedule(loop.time());
          await foreign.promise;
          await sleep(3600);
        }),
      );
      while (!isReached) await foreignTurn();
      await settle();
      foreign.open();
      expect(await outcome(limited)).toBeInstanceOf(TimeoutError);
    }));

  test('does not take the cancel of a group', () =>
    inLoop(async () => {
      const foreign = gate();
      const ending = gate();
      const group = createTask(() =>
        TaskGroup.run(async (members) => {
          members.createTask(async () => {
            await abandon();
            ending.open();
            await foreign.promise;
            await sleep(3600);
          });
          members.createTask(async () => {
            await ending.promise;
            throw new Error('a sibling');
          });
        }),
      );
      await ending.promise;
      await settle();
      foreign.open();
      expect(((await outcome(group)) as AggregateError).errors).toHaveLength(1);
    }));
});

test('a catch() that a task has attached to another one does not cancel that one', () =>
  inLoop(async () => {
    for (const hang of [
      (other: Task<unknown>) => void other.catch(() => {}),
      (other: Task<unknown>) => void other.then(() => {}),
      (other: Task<unknown>) => void other.then(undefined, () => {}),
      (other: Task<unknown>) =>
        void other.then(
          () => {},
          () => {},
        ),
      (other: Task<unknown>) => void other.finally(() => {}).catch(() => {}),
      (other: Task<unknown>) =>
        void other
          .then(() => 1)
          .then(() => 2)
          .catch(() => {}),
    ]) {
      const background = createTask(async () => {
        await sleep(0.005);
        return 'lives';
      });
      const writer = createTask(async () => {
        hang(background);
        await sleep(3600);
      });
      await sleep(0);
      await sleep(0);
      writer.cancel();
      expect(await outcome(writer)).toBeInstanceOf(CancelledError);
      expect(await outcome(background)).toBe('lives');
    }
  }));

test('what catch() gives is waited for like anything else, when it is awaited', () =>
  inLoop(async () => {
    for (const chained of [
      (future: PromiseLike<unknown>) => (future as Task<unknown>).catch((error) => Promise.reject(error)),
      (future: PromiseLike<unknown>) => (future as Task<unknown>).then(() => 'later'),
      (future: PromiseLike<unknown>) => (future as Task<unknown>).finally(() => {}),
      (future: PromiseLike<unknown>) => (future as Task<unknown>).then(() => 1).finally(() => {}),
    ]) {
      const task = createTask(async () => {
        await chained(sleep(3600));
      });
      await sleep(0);
      await sleep(0);
      task.cancel();
      expect(await outcome(task)).toBeInstanceOf(CancelledError);
    }
  }));
