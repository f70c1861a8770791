// Prints the processor time of each test file and of the processes that it starts: `node scripts/costs.mjs [JEST
// ARGUMENTS]`. Unlike elapsed time, it hardly depends on the machine's load. Also names files that leave a timer, which
// keeps a worker alive. Linux only.
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { processorSeconds } from '../test/support/costs.mjs';
import { runTests } from './check.mjs';
import { root } from './packages.mjs';

const report = path.join(root, '.cache', `costs-${process.pid}.jsonl`);
process.env.BIGHT_TEST_COSTS = report;
const [passed, failed] = await runTests(process.argv.slice(2));
const files = readFileSync(report, 'utf8').trim().split('\n').map(JSON.parse);
rmSync(report);
/** The number of timers that the previous file has left open in a worker. */
const timersIn = new Map();
for (const { testPath, worker, open } of files) {
  const timers = open.filter((kind) => kind === 'Timeout').length;
  if (timers > (timersIn.get(worker) ?? 0))
    console.log(`a timer was left by ${path.relative(root, testPath)}`);
  timersIn.set(worker, timers);
}
files.sort((a, b) => b.seconds - a.seconds);
for (const { testPath, seconds } of files)
  console.log(`${seconds.toFixed(2).padStart(8)} s  ${path.relative(root, testPath)}`);
const sum = files.reduce((total, { seconds }) => total + seconds, 0);
console.log(
  `${sum.toFixed(1).padStart(8)} s  in ${files.length} test files, of ${processorSeconds().toFixed(1)} s in all`,
);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
