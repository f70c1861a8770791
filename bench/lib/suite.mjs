// The common parts of all suites: options, progress, and the form of their results.
import { parseArgs } from 'node:util';
import { compete } from './rounds.mjs';
import { resultsTable } from './table.mjs';

/**
 * @typedef {object} Row the result of a contest for one contender
 * @property {string} suite
 * @property {string} contest
 * @property {string} contender
 * @property {number} cost the median, in `unit`: less is better, unless the unit is {@link PER_SECOND}
 * @property {string} unit
 * @property {number | null} ratio the median of (our cost / the contender's cost) over the rounds; 1 for ourselves
 * @property {number | null} target the upper limit of `ratio`
 */

/** The most seconds of a suite, if they are enough for a few rounds of each contest. */
const USUAL_SECONDS = 240;

/** The options of every suite, which `pnpm bench` passes on. */
export const SHARED_OPTIONS = {
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  only: { type: 'string' },
  full: { type: 'boolean', default: false },
  install: { type: 'boolean', default: false },
};

/**
 * The options that a suite was started with. With `--full`, or a number of rounds, its time is not limited.
 */
export function suiteOptions(more = {}) {
  const json = { type: 'boolean', default: false };
  const { values } = parseArgs({ options: { ...SHARED_OPTIONS, json, ...more } });
  return { ...values, isLimited: !values.full && values.rounds === undefined };
}

/**
 * Runs contests one after the other and prints the results, as a table or JSON.
 *
 * @param {string} suite
 * @param {import('./rounds.mjs').Contest[]} contests
 * @param {{ rounds: number, only?: string, isLimited?: boolean, json: boolean, skipped?: Record<string, string>, rows?:
 *   Row[] }} options `only`: contests whose names contain this; `isLimited`: whether it should take less than five
 *   minutes; `rows`: further results to print
 */
export async function runSuite(
  suite,
  contests,
  { rounds, only = '', isLimited = false, json, skipped = {}, rows: others = [] },
) {
  const chosen = contests.filter(({ name }) => name.includes(only));
  const rows = [...others];
  const end = isLimited ? performance.now() + USUAL_SECONDS * 1000 : Infinity;
  for (const [index, contest] of chosen.entries()) {
    progress(index, chosen.length, contest.name);
    try {
      const now = performance.now();
      const deadline = now + (end - now) / (chosen.length - index);
      const found = await compete(contest, rounds, deadline, (contender, error) => {
        skipped[`${contest.name}, ${contender}`] = String(error);
        if (!json) console.log(`${contest.name}: ${contender} failed: ${error}`);
      });
      const foundRows = found.map((row) => rowOf(suite, contest, row));
      if (!json) console.log(resultsTable(foundRows));
      rows.push(...foundRows);
    } catch (error) {
      // The results of the other contests still count.
      skipped[contest.name] = String(error);
      if (!json) console.log(`${contest.name} failed: ${error}`);
    } finally {
      await contest.stop?.();
    }
  }
  progress(chosen.length, chosen.length, '');
  if (json) console.log(JSON.stringify({ rows, skipped }));
}

/** Reports progress to the process that started this one. */
export function progress(done, total, name) {
  process.send?.({ done, total, name });
}

/** The unit of contests that measure a time, and report its inverse. */
export const PER_SECOND = 'per s';

function rowOf(suite, { unit = 'ns' }, { contest, contender, nanoseconds, timesSlowerThanBase, target }) {
  return {
    suite,
    contest,
    contender,
    cost: unit === PER_SECOND ? 1e9 / nanoseconds : nanoseconds,
    unit,
    ratio: 1 / timesSlowerThanBase,
    target: target === null ? null : 1 / target,
  };
}
