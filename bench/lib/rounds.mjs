// Compares contenders in interleaved rounds. On a shared machine a figure means something only in relation to another
// one of the same round. So the results are medians of the rounds' ratios, never single times.

/**
 * @typedef {() => number | Promise<number>} Measure one round of a contender: nanoseconds of processor time per
 *   operation
 * @typedef {{ name: string, contenders: Record<string, Measure>, base: string, targets?: Record<string, number>,
 *   warmUps?: number }} Contest `base` is the contender that the rest is compared with; `targets` says at least how
 *   many times faster `base` should be than a contender; `warmUps` the number of warm-up rounds, if one is too few.
 */

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The least number of rounds: a median of fewer means nothing. */
const FEWEST_ROUNDS = 3;

/**
 * Runs a contest.
 *
 * @param {Contest} contest
 * @param {number} rounds
 * @param {number} [deadline] of `performance.now()`: rounds that would end later are left out, except for the least
 *   number
 * @param {(contender: string, error: unknown) => void} [failed] called when a contender fails, which leaves the
 *   contest; by default, and where it is `base` that fails, so does the contest
 */
export async function compete(contest, rounds, deadline = Infinity, failed = null) {
  let names = Object.keys(contest.contenders);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  let began = performance.now();
  // Warm-up rounds, which do not count.
  for (let round = -(contest.warmUps ?? 1); round < rounds; round++) {
    const now = performance.now();
    if (round >= FEWEST_ROUNDS && 2 * now - began > deadline) break;
    began = now;
    for (const name of round % 2 === 0 ? names : [...names].reverse()) {
      try {
        const time = await contest.contenders[name]();
        if (round >= 0) times[name].push(time);
      } catch (error) {
        if (failed === null || name === contest.base) throw error;
        failed(name, error);
        names = names.filter((other) => other !== name);
      }
    }
  }
  const base = times[contest.base];
  return names.map((name) => ({
    contest: contest.name,
    contender: name,
    nanoseconds: median(times[name]),
    timesSlowerThanBase: median(times[name].map((time, round) => time / base[round])),
    target: contest.targets?.[name] ?? null,
  }));
}

/**
 * The processor time of one of `count` operations, over all threads of the process: the garbage collector and the
 * compiler count, other processes do not.
 *
 * @param {number} count
 * @param {() => unknown} work
 */
export async function nanosecondsPerOperation(count, work) {
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return ((user + system) * 1000) / count;
}

/**
 * The elapsed time of one of `count` operations, for contests that wait for other processes or threads.
 *
 * @param {number} count
 * @param {() => unknown} work
 */
export async function elapsedPerOperation(count, work) {
  const beganMs = performance.now();
  await work();
  return ((performance.now() - beganMs) * 1e6) / count;
}
