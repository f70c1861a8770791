// What the test files cost: processor time, which does not depend on what else a machine does
// (`node scripts/costs.mjs`).
import { appendFileSync, readFileSync } from 'node:fs';

const TICKS_A_SECOND = 100;

/** What the files before have cost in this worker. */
let before = 0;

/**
 * Notes a test file that is over: what it has cost in this worker and in the processes that it waited for, and what is
 * open now in the worker, which may keep it from ending.
 */
export function noteCosts(testPath) {
  const { BIGHT_TEST_COSTS: report } = process.env;
  if (report === undefined) return;
  const now = processorSeconds();
  const entry = {
    testPath,
    seconds: now - before,
    worker: process.pid,
    open: process.getActiveResourcesInfo(),
  };
  appendFileSync(report, `${JSON.stringify(entry)}\n`);
  before = now;
}

/** The processor time of this process and of the children that have ended, in seconds; of Linux alone. */
export function processorSeconds() {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  // The name of the program, in parentheses, may contain spaces; user and system time are four numbers from the 12th
  // field after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_A_SECOND;
}
