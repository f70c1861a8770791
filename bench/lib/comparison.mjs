// Finds what has become slower since another run. It compares ratios, not times: the same contenders ran in both runs,
// so the machine's load cancels out.

/** @typedef {{ contest: string, contender: string, before: number, now: number, change: number }} Change */

/**
 * The contests of both runs in which our cost relative to a contender has changed by more than a share, slower first.
 *
 * @param {import('./suite.mjs').Row[]} before @param {import('./suite.mjs').Row[]} now
 * @param {number} share 0.1: a tenth. Smaller changes are noise on most machines
 * @returns {Change[]}
 */
export function changesSince(before, now, share = 0.1) {
  const nameOf = ({ suite, contest, contender }) => JSON.stringify([suite, contest, contender]);
  const earlier = new Map(before.map((row) => [nameOf(row), row]));
  return now
    .flatMap((row) => {
      const { contest, contender, ratio } = row;
      const old = earlier.get(nameOf(row));
      if (old === undefined || contender === 'bight') return [];
      return [{ contest, contender, before: old.ratio, now: ratio, change: ratio / old.ratio - 1 }];
    })
    .filter(({ change }) => Math.abs(change) > share)
    .sort((a, b) => b.change - a.change);
}
