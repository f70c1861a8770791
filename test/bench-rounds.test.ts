import { expect, test } from '@jest/globals';
import { compete } from '../bench/lib/rounds.mjs';

/** How often each contender was measured. */
async function measured(rounds: number, deadline?: number) {
  const counts = { ours: 0, theirs: 0 };
  const measure = (name: keyof typeof counts) => () => {
    counts[name]++;
    return name === 'ours' ? 10 : 20;
  };
  const contenders = { ours: measure('ours'), theirs: measure('theirs') };
  const found = await compete({ name: 'a contest', base: 'ours', contenders }, rounds, deadline);
  expect(found.map(({ timesSlowerThanBase }) => timesSlowerThanBase)).toEqual([1, 2]);
  return counts;
}

test('a contest has as many rounds as the caller wants, and a warm-up round', async () => {
  expect(await measured(7)).toEqual({ ours: 8, theirs: 8 });
});

test('a contest for which there is no time left has a few rounds all the same', async () => {
  expect(await measured(7, performance.now() - 1000)).toEqual({ ours: 4, theirs: 4 });
});
