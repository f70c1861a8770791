import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomRuns } from '../../../test/support/extent.js';
import { Fifo } from '../src/fifo.js';

type Step = 'shift' | 'replace' | 'take' | number;

test('a queue does what an array does, whatever comes and goes', () => {
  const step = fc.oneof(
    { arbitrary: fc.nat() as fc.Arbitrary<Step>, weight: 6 },
    { arbitrary: fc.constant<Step>('shift'), weight: 5 },
    { arbitrary: fc.constantFrom<Step[]>('replace', 'take'), weight: 1 },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
      const queue = new Fifo<number>();
      const model: number[] = [];
      for (const step of steps) {
        if (typeof step === 'number') {
          queue.push(step);
          model.push(step);
        } else if (step === 'shift') {
          expect(queue.shift()).toBe(model.shift());
        } else if (step === 'take') {
          expect(queue.takeAll()).toEqual(model.splice(0));
        } else if (model.length > 0) {
          queue.replaceFirst(-1);
          model[0] = -1;
        }
        expect([queue.length, queue.first, [...queue]]).toEqual([model.length, model[0], model]);
      }
    }),
    randomRuns(100, 15),
  );
});
