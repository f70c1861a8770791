import { test } from '@jest/globals';
import { randomNumbers } from './random-numbers.js';

/**
 * How much of the exhaustive tests runs: in `npm test` a sample, which the seed chooses that ./global-setup.mjs prints;
 * in `pnpm test:all` all of it; in a step of `.ci/run` the rest, which the sample with the same seed has left out.
 */
export const extent: 'sample' | 'all' | 'rest' =
  process.env.BIGHT_TEST_EXTENT === 'all' || process.env.BIGHT_TEST_EXTENT === 'rest'
    ? process.env.BIGHT_TEST_EXTENT
    : 'sample';

/** Whether tests that cannot be divided run whole. */
export const runsWhole = extent !== 'sample';

/** Chooses the samples of this run; the environment variable `BIGHT_TEST_SEED` repeats one. */
export const testSeed = Number(process.env.BIGHT_TEST_SEED ?? 1);

/** How often something runs: `whole` times, or `sample` times where a sample is enough. */
export function runsOf(whole: number, sample: number): number {
  return runsWhole ? whole : sample;
}

/** The options of `fc.assert()` for `whole` random values, or `sample` of them where a sample is enough. */
export function randomRuns(whole: number, sample: number): { numRuns: number; seed: number } {
  return { numRuns: runsOf(whole, sample), seed: testSeed };
}

/**
 * All cases, or `count` of them, in their order, where a sample is enough; for the rest the others, or all where the
 * sample has left none.
 *
 * @param turn numbers what is sampled in one way many times, and should not have the same part of its cases each time
 */
export function sampleOf<T>(cases: readonly T[], count: number, turn = 0): readonly T[] {
  if (extent === 'all' || cases.length <= count) return cases;
  const chosen = new Set(chosenIndices(cases.length, count, turn));
  return cases.filter((_, index) => chosen.has(index) === (extent === 'sample'));
}

/** `count` of the cases, in their order, which the seed of this run chooses. */
export function chosenOf<T>(cases: readonly T[], count: number): readonly T[] {
  return chosenIndices(cases.length, count, 0).map((index) => cases[index]!);
}

function chosenIndices(length: number, count: number, turn: number): number[] {
  const indices = [...Array(length).keys()];
  if (length <= count) return indices;
  const random = randomNumbers(testSeed + turn);
  const ranks = indices.map(() => random(2 ** 32));
  const chosen = indices.toSorted((a, b) => ranks[a]! - ranks[b]!).slice(0, count);
  return chosen.toSorted((a, b) => a - b);
}

/**
 * Makes a `test()` that registers one test of `share` where a sample is enough, which the seed of this run chooses; for
 * the rest the others.
 */
export function sampledTest(share: number): (name: string, check: () => Promise<void>) => void {
  let turn = 0;
  return (name, check) => {
    const isChosen = randomNumbers(testSeed + turn++)(share) === 0;
    if (extent === 'all' || isChosen === (extent === 'sample')) test(name, check);
  };
}
