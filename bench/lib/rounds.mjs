// Compares contenders in interleaved rounds. Machines are shared and noisy: a figure means something only against
// another one of the same round, so what is reported is the median of the rounds' ratios, never a single time.

/**
 * @typedef {() => number | Promise<number>} Measure one round of a contender: nanoseconds of processor time per
 *   operation
 * @typedef {{ name: string, contenders: Record<string, Measure>, base: string, targets?: Record<string, number>,
 *   warmUps?: number }} Contest `base` is the contender that the rest is compared with; `targets` says at least how
 *   many times faster `base` should be than a contender; `warmUps` how many rounds do not count, where one is too few.
 */

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** However little time there is: a median of fewer means nothing. */
const FEWEST_ROUNDS = 3;

/**
 * Runs a contest.
 *
 * @param {Contest} contest
 * @param {number} rounds
 * @param {number} [deadline] of `performance.now()`: a round that would end later is not begun, unless there are too
 *   few
 * @param {(contender: string, error: unknown) => void} [failed] called when a contender fails, which leaves the
 *   contest; by default, and where it is `base` that fails, so does the contest
 */
export async function compete(contest, rounds, deadline = Infinity, failed = null) {
  let names = Object.keys(contest.contenders);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  let began = performance.now();
  // Rounds that do not count warm every contender up.
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
 * The processor time that one of `count` operations takes, over all threads of the process: what other processes do on
 * the machine meanwhile does not count, and what the garbage collector and the compiler do for us does.
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
 * The time that passes for one of `count` operations, where what is waited for is the point: other processes, threads.
 *
 * @param {number} count
 * @param {() => unknown} work
 */
export async function elapsedPerOperation(count, work) {
  const beganMs = performance.now();
  await work();
  return ((performance.now() - beganMs) * 1e6) / count;
}
