import { ContextVar } from '@bight/contextvars';
import {
  createEagerTaskFactory,
  createTask,
  currentTask,
  eagerTaskFactory,
  gather,
  sleep,
  Task,
  TaskGroup,
} from '@bight/loop-core';
import { expect, test } from '@jest/globals';
import { inLoop } from '../support/loops.js';

test('an eager task runs up to its first wait within createTask()', () =>
  inLoop(async () => {
    const steps: string[] = [];
    const task = createTask(
      async () => {
        steps.push('begins');
        await sleep(0);
        steps.push('ends');
        return 5;
      },
      { eagerStart: true },
    );
    steps.push('created');
    expect(await task).toBe(5);
    expect(steps).toEqual(['begins', 'created', 'ends']);
  }));

test('an eager generator task that waits for nothing is done at once', () =>
  inLoop(async () => {
    const task = createTask(
      // biome-ignore lint/correctness/useYield: it waits for nothing
      function* () {
        return 1;
      },
      { eagerStart: true },
    );
    expect([task.done(), task.result()]).toEqual([true, 1]);
  }));

test('an eager async task that waits for nothing costs no turn of the loop', () =>
  inLoop(async (loop) => {
    let hasTurned = false;
    loop.callSoon(() => {
      hasTurned = true;
    });
    expect(await createTask(async () => 2, { eagerStart: true })).toBe(2);
    expect(hasTurned).toBe(false);
  }));

test('within an eager task it is the current one, and afterwards the other one again', () =>
  inLoop(async () => {
    const outer = currentTask();
    let inner: unknown;
    const task = createTask(
      async () => {
        inner = currentTask();
      },
      { eagerStart: true },
    );
    expect(currentTask()).toBe(outer);
    expect(inner).toBe(task);
    await task;
  }));

test('an eager task has a context of its own', () =>
  inLoop(async () => {
    const variable = new ContextVar('variable', { default: 'outside' });
    const task = createTask(
      async () => {
        variable.set('inside');
        await sleep(0);
        return variable.get();
      },
      { eagerStart: true },
    );
    expect(variable.get()).toBe('outside');
    expect(await task).toBe('inside');
  }));

test('an eager task that fails at once has failed when it is awaited', () =>
  inLoop(async () => {
    const task = createTask(
      // biome-ignore lint/correctness/useYield: it waits for nothing
      function* () {
        throw new Error('at once');
      },
      { eagerStart: true },
    );
    expect(task.done()).toBe(true);
    await expect(task).rejects.toThrow('at once');
  }));

test('an eager task can be cancelled at its first wait', () =>
  inLoop(async () => {
    const task = createTask(() => sleep(1000), { eagerStart: true });
    task.cancel();
    await expect(task).rejects.toThrow(expect.objectContaining({ name: 'CancelledError' }));
  }));

test('a loop that does not run starts no task eagerly', () =>
  inLoop(async (loop) => loop).then(async () => {
    const { CoreEventLoop } = await import('@bight/loop-core');
    const loop = new CoreEventLoop();
    let hasBegun = false;
    const task = loop.createTask(
      async () => {
        hasBegun = true;
      },
      { eagerStart: true },
    );
    expect(hasBegun).toBe(false);
    await loop.runUntilComplete(task);
    expect(hasBegun).toBe(true);
    loop.close();
  }));

test('with the eager factory every task is eager, unless it says otherwise', () =>
  inLoop(async (loop) => {
    loop.setTaskFactory(eagerTaskFactory);
    const order: string[] = [];
    const note = (name: string) => async () => {
      order.push(name);
    };
    const tasks = [
      loop.createTask(note('eager'), { name: 'named' }),
      loop.createTask(note('later'), { eagerStart: false }),
    ];
    order.push('created');
    await gather(tasks);
    expect(order).toEqual(['eager', 'created', 'later']);
    expect(tasks[0]?.getName()).toBe('named');
  }));

test('a factory can make eager tasks of a class of the caller', () =>
  inLoop(async (loop) => {
    class Own<T> extends Task<T> {}
    loop.setTaskFactory(createEagerTaskFactory(Own));
    const task = loop.createTask(async () => 3);
    expect(task).toBeInstanceOf(Own);
    expect(await task).toBe(3);
  }));

test('a group counts tasks that were done before it could watch them', () =>
  inLoop(async (loop) => {
    loop.setTaskFactory(eagerTaskFactory);
    const results = await TaskGroup.run(async (group) => {
      // biome-ignore lint/correctness/useYield: it waits for nothing
      const done = group.createTask(function* () {
        return 'done';
      });
      const later = group.createTask(() => sleep(0, { result: 'later' }));
      return [done, later];
    });
    expect(results.map((task) => task.result())).toEqual(['done', 'later']);
  }));
