import { getEventListeners } from 'node:events';
import { CancelledError } from '@bight/loop-abstract';
import { createTask, fromSignal, gather, sleep, type Task, wrapFuture } from '@bight/loop-core';
import { expect, test } from '@jest/globals';
import { outcome } from '../../../../test/support/outcome.js';
import { inLoop } from '../support/loops.js';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

test('a signal that fires cancels the task, and its reason is the cause', () =>
  inLoop(async () => {
    const controller = new AbortController();
    const reason = new Error('the user left');
    const task = createTask(async () => {
      using _ = fromSignal(controller.signal);
      await sleep(1000);
    });
    await sleep(0);
    controller.abort(reason);
    const error = (await outcome(task)) as CancelledError;
    expect(error).toBeInstanceOf(CancelledError);
    expect(error.cause).toBe(reason);
    expect(error.message).toBe('the user left');
    expect([task.cancelled(), listeners(controller.signal)]).toEqual([true, 0]);
  }));

test('the cause is there at the await inside a coroutine method, too', () =>
  inLoop(async () => {
    const controller = new AbortController();
    let cause: unknown;
    const task = createTask(async () => {
      using _ = fromSignal(controller.signal);
      try {
        await gather([() => sleep(1000)]);
      } catch (error) {
        cause = (error as Error).cause;
        throw error;
      }
    });
    await sleep(0);
    await sleep(0);
    controller.abort('a reason');
    await outcome(task);
    expect(cause).toBe('a reason');
  }));

test('a signal that has fired already cancels the task at its next wait', () =>
  inLoop(async () => {
    const task = createTask(async () => {
      using _ = fromSignal(AbortSignal.abort('before'));
      await sleep(0);
    });
    expect(((await outcome(task)) as Error).cause).toBe('before');
  }));

test('after the block the signal does nothing', () =>
  inLoop(async () => {
    const controller = new AbortController();
    const task = createTask(async () => {
      {
        using _ = fromSignal(controller.signal);
        await sleep(0);
      }
      controller.abort();
      await sleep(0);
      return 'went on';
    });
    expect(await task).toBe('went on');
    expect(listeners(controller.signal)).toBe(0);
  }));

test('a later cancel by other code has no cause', () =>
  inLoop(async () => {
    const controller = new AbortController();
    const task: Task<unknown> = createTask(async () => {
      using _ = fromSignal(controller.signal);
      await outcome(sleep(1000));
      await sleep(1000);
    });
    await sleep(0);
    controller.abort('first');
    await sleep(0);
    task.cancel('second');
    const error = (await outcome(task)) as Error;
    expect([error.message, error.cause]).toEqual(['second', undefined]);
  }));

test('ten thousand tasks on one signal have one listener, and leave none', () =>
  inLoop(async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const bound = (seconds: number) => async () => {
      using _ = fromSignal(signal);
      await sleep(seconds);
    };
    const tasks = Array.from({ length: 10_000 }, (_, index) => createTask(bound(index % 2 === 0 ? 0 : 1000)));
    await sleep(0);
    expect(listeners(signal)).toBe(1);
    for (let turn = 0; turn < 3; turn++) await sleep(0);
    expect([tasks[0]?.done(), tasks[1]?.done(), listeners(signal)]).toEqual([true, false, 1]);
    controller.abort();
    const results = await gather(tasks, { returnExceptions: true });
    expect(results.filter((result) => (result as unknown) instanceof CancelledError).length).toBe(5000);
    expect(listeners(signal)).toBe(0);
  }));

test('a task that ends by itself leaves no listener, without a block', () =>
  inLoop(async () => {
    const controller = new AbortController();
    const task = createTask(() => sleep(0));
    fromSignal(controller.signal, { task });
    expect(listeners(controller.signal)).toBe(1);
    await task;
    await sleep(0);
    expect(listeners(controller.signal)).toBe(0);
  }));

test('the reason reaches the APIs to which the task has passed its own signal', () =>
  inLoop(async () => {
    const controller = new AbortController();
    let seen: unknown;
    const task: Task<unknown> = createTask(async () => {
      using _ = fromSignal(controller.signal);
      const { promise, reject } = withReject();
      task.signal.addEventListener('abort', () => {
        seen = task.signal.reason.cause;
        reject(task.signal.reason);
      });
      await wrapFuture(promise);
    });
    await sleep(0);
    controller.abort('why');
    await outcome(task);
    expect(seen).toBe('why');
  }));

test('what is no signal is refused, and so is a signal without a task', () =>
  inLoop(async (loop) => {
    expect(() => fromSignal({} as never)).toThrow(TypeError);
    const refused = await new Promise((resolve) => {
      loop.callSoon(() => {
        try {
          fromSignal(new AbortController().signal);
        } catch (error) {
          resolve(error);
        }
      });
    });
    expect((refused as Error).name).toBe('RuntimeError');
  }));

function withReject(): { promise: Promise<never>; reject: (reason: unknown) => void } {
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<never>((_, no) => {
    reject = no;
  });
  promise.catch(() => undefined);
  return { promise, reject };
}
