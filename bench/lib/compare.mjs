// Contenders side by side: rounds in which each runs once, in turn, so that whatever else the machine does hits all
// alike; CPU time of the process, garbage collection included, because on a machine that is shared the clock measures
// other processes; and medians of the ratios within a round, because the times themselves still mean little.

import { median } from './rounds.mjs';

const sampleNs = 4e6;

/**
 * Times contenders against each other.
 *
 * @param contenders - an object of name to `(count) => void`, which does the operation `count` times; the first is the
 *   one that the rest are compared with
 * @param rounds - how many rounds
 * @returns for each name the median nanoseconds of CPU an operation, and the median of (its time / the first one's)
 *   over the rounds
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

/** Runs until the compilers are done, and finds how many operations make a sample. */
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
