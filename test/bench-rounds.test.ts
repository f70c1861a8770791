import { expect, jest, test } from '@jest/globals';
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

test('a contender that fails leaves the contest, with its reason', async () => {
  const failures: [string, unknown][] = [];
  const error = new Error('the server has ended');
  const theirs = jest.fn(() => 20);
  theirs
    .mockReturnValueOnce(20)
    .mockReturnValueOnce(20)
    .mockImplementationOnce(() => {
      throw error;
    });
  const contenders = { ours: () => 10, theirs, others: () => 30 };
  const contest = { name: 'a contest', base: 'ours', contenders };
  const found = await compete(contest, 5, Infinity, (...failure) => failures.push(failure));
  expect(found.map(({ contender }) => contender)).toEqual(['ours', 'others']);
  expect(failures).toEqual([['theirs', error]]);
  expect(theirs).toHaveBeenCalledTimes(3);
});

test('a contest fails with what others are compared with', async () => {
  const contenders = {
    ours: () => {
      throw new Error('the server has ended');
    },
    theirs: () => 20,
  };
  const failed = jest.fn();
  const contest = { name: 'a contest', base: 'ours', contenders };
  await expect(compete(contest, 5, Infinity, failed)).rejects.toThrow('the server has ended');
  expect(failed).not.toHaveBeenCalled();
});
