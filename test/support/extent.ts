import { randomNumbers } from './random-numbers.js';

/**
 * Whether what is exhaustive runs whole, as in `pnpm test:all` and in a step of `.ci/run`. In `npm test` a sample of it
 * runs, which the seed chooses that ./global-setup.mjs prints.
 */
export const runsWhole = process.env.BIGHT_TEST_EXTENT === 'all';

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

/** All cases, or `count` of them, in their order, where a sample is enough. */
export function sampleOf<T>(cases: readonly T[], count: number): readonly T[] {
  return runsWhole ? cases : chosenOf(cases, count);
}

/** `count` of the cases, in their order, which the seed of this run chooses. */
export function chosenOf<T>(cases: readonly T[], count: number): readonly T[] {
  if (cases.length <= count) return cases;
  const random = randomNumbers(testSeed);
  const chosen = cases.map((value, index) => ({ value, index, rank: random(2 ** 32) }));
  chosen.sort((a, b) => a.rank - b.rank);
  return chosen
    .slice(0, count)
    .sort((a, b) => a.index - b.index)
    .map(({ value }) => value);
}
