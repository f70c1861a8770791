import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomRuns } from '../../../../test/support/extent.js';
import { HeldBytes } from '../../src/streams/held-bytes.js';

test('gives back what was pushed, in order, whatever the portions', () => {
  const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 9 }), { maxLength: 9 });
  fc.assert(
    fc.property(pieces, fc.infiniteStream(fc.integer({ min: 1, max: 5 })), (pushed, portions) => {
      const held = new HeldBytes();
      const taken: number[] = [];
      for (const piece of pushed) {
        held.push(Buffer.from(piece));
        // Some are taken while others are still to come.
        const portion = Math.min(portions.next().value as number, held.first.length);
        taken.push(...held.first.subarray(0, portion));
        held.drop(portion);
      }
      taken.push(...held.take().flatMap((piece) => [...piece]));
      expect(taken).toEqual(pushed.flatMap((piece) => [...piece]));
      expect(held.isEmpty).toBe(true);
    }),
    randomRuns(100, 100),
  );
});
