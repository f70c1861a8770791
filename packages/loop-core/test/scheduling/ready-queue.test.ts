import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomRuns } from '../../../../test/support/extent.js';
import { kIsAwaiter, kRun } from '../../src/internals.js';
import { ReadyQueue } from '../../src/scheduling/ready-queue.js';
import type { Runnable } from '../../src/scheduling/runnable.js';

test('a ready queue gives back what was put in, first in first out, over any growth', () => {
  const program = fc.array(fc.integer({ min: -40, max: 80 }), { maxLength: 60 });
  fc.assert(
    fc.property(program, (steps) => {
      const queue = new ReadyQueue();
      const model: Runnable[] = [];
      for (const step of steps) {
        for (let i = 0; i < step; i++) {
          const runnable = { [kRun]() {}, [kIsAwaiter]: false };
          queue.push(runnable);
          model.push(runnable);
        }
        if (step % 3 === 0 && model.length > 0) {
          const first = queue.shift();
          queue.unshift(first);
        }
        for (let i = 0; i > step && model.length > 0; i--) expect(queue.shift()).toBe(model.shift());
        expect(queue.length).toBe(model.length);
      }
      while (model.length > 0) expect(queue.shift()).toBe(model.shift());
      queue.clear();
      expect(queue.length).toBe(0);
    }),
    randomRuns(100, 25),
  );
});

test('shuffling moves the steps of coroutines among their own places, and nothing else', () => {
  const kinds = fc.array(fc.boolean(), { maxLength: 100 });
  fc.assert(
    fc.property(
      kinds,
      fc.nat(100),
      fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
      (steps, count, numbers) => {
        const queue = new ReadyQueue();
        const runnables = steps.map((isAwaiter) => ({ [kRun]() {}, [kIsAwaiter]: isAwaiter }));
        for (const runnable of runnables) queue.push(runnable);
        const first = Math.min(count, runnables.length);
        queue.shuffleSteps(first, () => numbers.next().value as number);
        const after = runnables.map(() => queue.shift());
        expect(after.map(({ [kIsAwaiter]: isAwaiter }) => isAwaiter)).toEqual(steps);
        const moved = after.filter((runnable, index) => runnable !== runnables[index]);
        expect(moved.every(({ [kIsAwaiter]: isAwaiter }) => isAwaiter)).toBe(true);
        expect(new Set(after.slice(0, first))).toEqual(new Set(runnables.slice(0, first)));
      },
    ),
    randomRuns(100, 100),
  );
});
