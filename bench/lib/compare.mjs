// Compares contenders: in each round all run once, in turn, so that the machine's load affects all alike. The measure
// is processor time, garbage collection included, because elapsed time on a shared machine includes other processes.
// The results are medians of the ratios within a round, because the times themselves still mean little.

import { median } from './rounds.mjs';

const sampleNs = 4e6;

/**
 * Times contenders against each other.
 * @param contenders - by name: `(count) => void`, which does the operation `count` times; the rest are compared with
 * the
 *   first
 * @param rounds - the number of rounds
 * @returns for each name the median nanoseconds of processor time per operation, and the median of (its time / the
 *   first one's) over the rounds
 */
export function compare(contenders, { rounds = 31 } = {}) {
  const entries = Object.entries(contenders).map(([name, run]) => ({
    name,
    run,
    count: warmUp(run),
    samples: [],
  }));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < entries.length; turn++) {
      const entry = entries[(round + turn) % entries.length];
      entry.samples.push(time(entry.run, entry.count) / entry.count);
    }
  }
  const [base] = entries;
  const result = entries.map(({ name, samples }) => {
    const ratios = samples.map((sample, round) => sample / base.samples[round]);
    return [name, { ns: median(samples), ratio: median(ratios) }];
  });
  return Object.fromEntries(result);
}

/** Runs until V8 has compiled the code, and finds the number of operations for a sample. */
function warmUp(run) {
  let count = 16;
  for (let spent = 0; spent < 20 * sampleNs; ) {
    const ns = Math.max(1, time(run, count));
    spent += ns;
    if (ns < sampleNs) count = Math.ceil(count * Math.min(4, Math.max(1.2, sampleNs / ns)));
    else if (ns > 2 * sampleNs) count = Math.max(1, Math.floor(count / 2));
  }
  return count;
}

function time(run, count) {
  const start = process.cpuUsage();
  run(count);
  const { user, system } = process.cpuUsage(start);
  return 1_000 * (user + system);
}
