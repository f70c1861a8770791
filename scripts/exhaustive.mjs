// Runs in full the tests of which `npm test` runs a sample: every mutation, every injected fault, long random programs.
// With `--rest`, only the cases outside the sample of `BIGHT_TEST_SEED`. Further arguments go to jest. The last line is
// `N passed, N failed`.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runTests } from './check.mjs';
import { root } from './packages.mjs';

/** Calls of the sampling functions of `test/support/extent.ts`. */
const SAMPLED = /\b(?:runsOf|randomRuns|sampleOf|chosenOf)\(/;

const packages = readdirSync(path.join(root, 'packages')).map((name) => path.join('packages', name, 'test'));
const files = ['test', path.join('examples', 'test'), ...packages].flatMap(testsIn).filter((file) => {
  return SAMPLED.test(readFileSync(path.join(root, file), 'utf8'));
});

const isRest = process.argv.includes('--rest');
if (isRest && process.env.BIGHT_TEST_SEED === undefined) {
  throw new Error('--rest wants the seed of the sample: BIGHT_TEST_SEED');
}
process.env.BIGHT_TEST_EXTENT = isRest ? 'rest' : 'all';
const jestArguments = process.argv.slice(2).filter((argument) => argument !== '--rest');
const [passed, failed] = await runTests([...jestArguments, '--runTestsByPath', ...files]);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function testsIn(folder) {
  const names = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules'))
    .map((name) => path.join(folder, name));
}
