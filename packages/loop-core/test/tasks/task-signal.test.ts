import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { CancelledError, TimeoutError } from '@bight/loop-abstract';
import {
  CancelScope,
  type CoreEventLoop,
  createTask,
  currentTask,
  sleep,
  type Task,
  TaskGroup,
  type Timeout,
  timeout,
} from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { outcome } from '../../../../test/support/outcome.js';
import { foreignTurn, gate } from '../support/foreign.js';
import { inLoop, settle } from '../support/loops.js';

/** An API that rejects with an error of its own when its signal is aborted. */
function wrapping(signal: AbortSignal): Promise<unknown> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(new Error('wrapped', { cause: signal.reason }))),
  );
}

describe('the signal of a task that is cancelled', () => {
  const holders: Record<string, (signal: AbortSignal) => unknown> = {
    'a Request': (signal) => new Request('http://127.0.0.1/', { signal }),
    'a listener that only notes it': (signal) => signal.addEventListener('abort', () => {}),
    onabort: (signal) => {
      signal.onabort = () => {};
    },
    'a call that lost a race': (signal) =>
      Promise.race([delay(3_600_000, undefined, { signal, ref: false }), Promise.resolve()]),
  };

  test.each(Object.entries(holders))('does not count the cancel as delivered to %s', (_name, hold) =>
    inLoop(async () => {
      const foreign = gate();
      let isReached = false;
      const task = createTask(async () => {
        await hold((currentTask() as Task).signal);
        isReached = true;
        await foreign.promise;
        await sleep(3600);
      });
      while (!isReached) await foreignTurn();
      task.cancel();
      await settle();
      foreign.open();
      expect(await outcome(task)).toBeInstanceOf(CancelledError);
    }),
  );

  test.each([
    ['itself', (signal: AbortSignal) => signal],
    ['through AbortSignal.any()', (signal: AbortSignal) => AbortSignal.any([signal])],
  ])('brings it once: %s', (_name, derived) =>
    inLoop(async () => {
      const steps: string[] = [];
      const task = createTask(async () => {
        const signal = derived((currentTask() as Task).signal);
        try {
          await delay(3_600_000, undefined, { signal });
        } catch (error) {
          steps.push((error as Error).name);
        }
        await sleep(0);
        await sleep(0.001);
        steps.push('went on');
      });
      await sleep(0);
      await sleep(0);
      task.cancel();
      expect(await outcome(task)).toBeUndefined();
      expect(steps).toEqual(['AbortError', 'went on']);
    }),
  );
});

test.each<[string, (loop: CoreEventLoop) => PromiseLike<unknown>]>([
  ['a time limit', (loop) => timeout(3600).run(async (limit) => await expired(limit, loop))],
  ['a group that fails', () => failingGroup()],
])('the signal of a task is not aborted by the cancel of a block of its own: %s', (_name, block) =>
  inLoop(async (loop) => {
    const seen: boolean[] = [];
    const task = createTask(async () => {
      // Code outside of the block, as a callback of the host is that the task has registered.
      const outside = setInterval(() => seen.push((currentTask() as Task).signal.aborted));
      await outcome(block(loop));
      clearInterval(outside);
    });
    await task;
    expect(seen).toContain(false);
    expect(seen).not.toContain(true);
  }),
);

async function expired(limit: Timeout, loop: CoreEventLoop): Promise<void> {
  limit.reschedule(loop.time());
  // Beyond the reach of the cancel, so that it lasts.
  await new Promise((resolve) => setTimeout(resolve, 20));
}

function failingGroup(): PromiseLike<void> {
  return TaskGroup.run(async (group) => {
    group.createTask(async () => {
      throw new Error('child');
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
  });
}

test('a wait that the engine has still to register takes the cancel, also where a signal is aborted', () =>
  inLoop(async (loop) => {
    const [first, second] = [loop.createFuture<void>(), loop.createFuture<void>()];
    const begun = gate();
    const steps: string[] = [];
    const task: Task<void> = createTask(async () => {
      task.signal.addEventListener('abort', () => steps.push('noted'));
      begun.open();
      // The engine calls then() in a microtask, which comes after the one that cancels.
      await first;
      steps.push('first');
      await second;
      steps.push('second');
    });
    void begun.promise.then(() => task.cancel());
    await settle();
    for (const future of [first, second]) if (!future.done()) future.setResult();
    await outcome(task);
    expect([steps, task.cancelled(), first.cancelled()]).toEqual([['noted'], true, true]);
  }));

test('code that a foreign promise is about to resume has still to meet a cancel that aborts a signal', () =>
  inLoop(async (loop) => {
    const [foreign, future] = [gate(), loop.createFuture<void>()];
    const steps: string[] = [];
    const task: Task<void> = createTask(async () => {
      task.signal.addEventListener('abort', () => steps.push('noted'));
      await foreign.promise;
      steps.push('resumed');
      await future;
      steps.push('lost');
    });
    await settle();
    foreign.open();
    task.cancel();
    await settle();
    if (!future.done()) future.setResult();
    await outcome(task);
    expect([steps, task.cancelled(), future.cancelled()]).toEqual([['noted', 'resumed'], true, true]);
  }));

test('the signal of a block in a child is not aborted by a cancel of the parent that does not reach the child', () =>
  inLoop(async () => {
    const signals: AbortSignal[] = [];
    const seen: unknown[] = [];
    const parent = createTask(() =>
      TaskGroup.run(async (group) => {
        group.createTask(() =>
          timeout(3600).run(() => {
            signals.push((currentTask() as Task).signal);
            return sleep(3600);
          }),
        );
        const limit = timeout(3600);
        for (const cancel of [() => parent.cancel(), () => limit.reschedule(0)]) {
          await sleep(0);
          await sleep(0);
          cancel();
          seen.push(await outcome(limit.expired() ? sleep(0) : sleep(3600)));
          seen.push(signals[0]?.aborted);
        }
        throw new Error('the body');
      }),
    );
    await outcome(parent);
    expect(seen.map((one) => (one instanceof Error ? one.name : one)).slice(0, 2)).toEqual([
      'CancelledError',
      false,
    ]);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  }));

test('a task keeps nothing of the blocks whose signals were read', () =>
  inLoop(async () => {
    const task = currentTask() as Task;
    for (let n = 0; n < 3; n++) {
      await timeout(3600).run(async () => void task.signal.aborted);
      await new CancelScope().run((scope) => void scope.signal.aborted);
    }
    expect(task[Symbol.for('@bight/loop-core/signalled') as never]).toHaveProperty('size', 0);
  }));

describe('an AbortError that our cancel has caused', () => {
  const apis: Record<string, (signal: AbortSignal) => Promise<unknown>> = {
    'events.once': (signal) => once(new EventEmitter(), 'never', { signal }),
    'timers/promises': (signal) => delay(3_600_000, undefined, { signal }),
    'an API that wraps the reason': wrapping,
  };

  test.each(Object.entries(apis))('of %s ends the task as cancelled', (_name, call) =>
    inLoop(async () => {
      const task = createTask(() => call((currentTask() as Task).signal));
      await sleep(0);
      await sleep(0);
      task.cancel('why');
      const error = await outcome(task);
      expect(error).toBeInstanceOf(CancelledError);
      expect(task.cancelled()).toBe(true);
    }),
  );

  test.each(Object.entries(apis))('of %s ends a time limit with a TimeoutError', (_name, call) =>
    inLoop(async () => {
      const error = await outcome(timeout(0.001).run(() => call((currentTask() as Task).signal)));
      expect(error).toBeInstanceOf(TimeoutError);
      expect(currentTask()?.cancelling()).toBe(0);
      await sleep(0);
    }),
  );
});

test('an error that the code itself has made of the CancelledError is that error', () =>
  inLoop(async () => {
    const task = createTask(async () => {
      try {
        await sleep(3600);
      } catch (error) {
        throw new Error('mine', { cause: error });
      }
    });
    await sleep(0);
    await sleep(0);
    task.cancel();
    expect(((await outcome(task)) as Error).message).toBe('mine');
  }));
