import { describe, expect, test } from '@jest/globals';
import { Barrier, BrokenBarrierError, gather } from 'bight';
import { inLoop } from '../support/in-loop.js';

describe('Barrier', () => {
  test('that is aborted stays broken until it is reset', () =>
    inLoop(async () => {
      const barrier = new Barrier(2);
      await barrier.abort();
      await expect(barrier.wait()).rejects.toThrow(BrokenBarrierError);
      await barrier.reset();
      expect(barrier.broken).toBe(false);
      const indices = await gather([() => barrier.wait(), () => barrier.wait()]);
      expect([...indices].sort()).toEqual([0, 1]);
    }));

  test('lets the next round in only after the last one has drained', () =>
    inLoop(async () => {
      const barrier = new Barrier(2);
      const rounds: number[] = [];
      const party = async () => {
        for (let round = 0; round < 5; round++) {
          await barrier.wait();
          rounds.push(round);
        }
      };
      await gather([party, party]);
      expect(rounds).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
    }));

  test('refuses an invalid number of parties', () => {
    expect(() => new Barrier(0)).toThrow(expect.objectContaining({ name: 'ValueError' }));
    expect(() => new Barrier(1.5)).toThrow(expect.objectContaining({ name: 'ValueError' }));
  });
});
