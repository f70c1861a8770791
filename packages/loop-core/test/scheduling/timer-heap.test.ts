import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomRuns } from '../../../../test/support/extent.js';
import { kIsCancelled, kSequence, kWhen } from '../../src/internals.js';
import { type HeapTimer, TimerHeap } from '../../src/scheduling/timer-heap.js';

interface TestTimer extends HeapTimer {
  readonly id: number;
}

function drain(heap: TimerHeap<TestTimer>): number[] {
  const ids: number[] = [];
  for (let timer = heap.peek(); timer !== undefined; timer = heap.peek()) {
    heap.pop();
    ids.push(timer.id);
  }
  return ids;
}

describe('TimerHeap', () => {
  test('gives timers as a stable sort by time would, whatever was cancelled', () => {
    const operations = fc.array(
      fc.record({ when: fc.integer({ min: 0, max: 20 }), cancelled: fc.boolean() }),
      { maxLength: 400 },
    );
    fc.assert(
      fc.property(operations, (timers) => {
        const heap = new TimerHeap<TestTimer>();
        const all = timers.map(
          ({ when }, id): TestTimer => ({ [kWhen]: when, [kSequence]: id, [kIsCancelled]: false, id }),
        );
        for (const timer of all) heap.push(timer);
        timers.forEach(({ cancelled }, id) => {
          if (!cancelled) return;
          (all[id] as TestTimer)[kIsCancelled] = true;
          heap.noteCancelled();
        });
        const live = all.filter((timer) => !timer[kIsCancelled]);
        expect(heap.size).toBe(live.length);
        const expected = live
          .sort((a, b) => a[kWhen] - b[kWhen] || a[kSequence] - b[kSequence])
          .map(({ id }) => id);
        expect(drain(heap)).toEqual(expected);
      }),
      randomRuns(100, 25),
    );
  });

  test('keeps its order when timers come, go and are cancelled in between', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 0, max: 9 }) },
      fc.constant('pop' as const),
      fc.record({ cancel: fc.nat() }),
    );
    const steps = fc.array(step, { maxLength: 300 });
    fc.assert(
      fc.property(steps, (program) => {
        const heap = new TimerHeap<TestTimer>();
        let model: TestTimer[] = [];
        let id = 0;
        for (const step of program) {
          if (step === 'pop') {
            model.sort((a, b) => a[kWhen] - b[kWhen] || a[kSequence] - b[kSequence]);
            const [first, ...rest] = model;
            expect(heap.peek()).toBe(first);
            if (first !== undefined) heap.pop();
            model = rest;
          } else if (typeof step === 'object') {
            const [timer] = model.splice(step.cancel % (model.length || 1), 1);
            if (timer === undefined) continue;
            timer[kIsCancelled] = true;
            heap.noteCancelled();
          } else {
            const timer: TestTimer = { [kWhen]: step, [kSequence]: id, [kIsCancelled]: false, id: id++ };
            heap.push(timer);
            model.push(timer);
          }
          expect(heap.size).toBe(model.length);
        }
      }),
      randomRuns(100, 25),
    );
  });
});
