import { type CoreEventLoop, coroutine, createTask, sleep } from '@bight/loop-core';
import { expect, test } from '@jest/globals';
import type { Future } from '../../src/futures/future.js';
import { InlineWait } from '../../src/tasks/inline-wait.js';
import { inLoop } from '../support/loops.js';

class Once extends InlineWait<void> {
  protected override resume(): void {}
}

/** One future of each class that wakes awaiters at once; each class has a method of its own for that. */
const kinds: Record<string, (loop: CoreEventLoop) => unknown> = {
  TurnFuture: () => sleep(0),
  Coroutine: (loop) =>
    coroutine(loop, function* () {
      yield* sleep(0);
    }),
  InlineWait(loop) {
    const wait = new Once(loop);
    loop.callSoon(() => wait.wake());
    return wait;
  },
};

test.each(Object.entries(kinds))('a %s has its awaiter go on before its callbacks run', (_name, make) =>
  inLoop(async (loop) => {
    const order: string[] = [];
    await createTask(function* () {
      const future = make(loop) as Future<unknown>;
      future.addDoneCallback(() => order.push('callback'));
      yield* future;
      order.push('awaiter');
      loop.callSoon(() => order.push('later'));
    });
    await sleep(0);
    expect(order).toEqual(['awaiter', 'callback', 'later']);
  }),
);

test("a future's own callbacks and awaiters go on in the order in which they were added", () =>
  inLoop(async (loop) => {
    const order: string[] = [];
    await createTask(function* () {
      const future = loop.createFuture<void>();
      future.addDoneCallback(() => order.push('callback'));
      loop.callSoon(() => future.setResult(undefined));
      yield* future;
      order.push('awaiter');
    });
    expect(order).toEqual(['callback', 'awaiter']);
  }));
