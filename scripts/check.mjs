// `pnpm check`: format and lint, types, and every test; closes with a line `N passed, N failed` over all of them.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './packages.mjs';
import { collect, start } from './run.mjs';

const binary = (...names) => path.join(root, 'node_modules', ...names);
const script = (name) => path.join(root, 'scripts', name);

/** What is checked beside the tests, one check after the other: name, script, arguments. */
function checksBeside(isBuilt, withReference) {
  // Version 7 checks in a fifth of the time; its library for tools is still that of version 6, which the tests use.
  const tsc = binary('typescript-native', 'bin', 'tsc');
  const ofBuild = [
    ['built types', tsc, '-p', 'tsconfig.dist.json'],
    ['public API', script('api.mjs'), '--check'],
    ['sizes', script('sizes.mjs'), '--check'],
  ];
  return [
    ['format and lint', binary('@biomejs', 'biome', 'bin', 'biome'), 'check', '--error-on-warnings', '.'],
    ['types', tsc, '-p', 'tsconfig.json'],
    ['types of the page', tsc, '-p', path.join('packages', 'inspect', 'page', 'tsconfig.json')],
    ...(isBuilt ? ofBuild : []),
    ...(withReference ? [['reference', script('docs.mjs'), '--check']] : []),
  ];
}

/**
 * Runs the checks and returns the exit status; jest arguments narrow it to those tests, `built` counts the build as a
 * check. The reference takes as long as all other checks together: in `.ci/run` it is a step of its own.
 */
export async function runChecks(jestArguments = [], { built, withReference = true } = {}) {
  const total = { passed: 0, failed: 0 };
  const counts = [];
  const count = (name, passed, failed) => {
    total.passed += passed;
    total.failed += failed;
    const line = `${name}: ${passed} passed, ${failed} failed`;
    counts.push(line);
    return line;
  };
  if (built !== undefined) count('build', built ? 1 : 0, built ? 0 : 1);
  // Jest is started first, and its workers wait now and then: the rest of the time of two cores is for the other
  // checks.
  const tests = runTests(jestArguments);
  if (jestArguments.length === 0) {
    for (const [name, file, ...args] of checksBeside(built, withReference)) {
      const { status, output } = await collect(process.execPath, [file, ...args]);
      const failed = status === 0 ? 0 : 1;
      console.log(`${output}${count(name, 1 - failed, failed)}`);
    }
  }
  count('tests', ...(await tests));
  console.log(`\n${counts.join('\n')}\n${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
}

/** Runs jest, on another Node.js if one is given; returns how many tests passed and failed. */
export async function runTests(jestArguments, node = process.execPath) {
  const report = path.join(root, '.cache', `jest-${process.pid}.json`);
  const status = await start(node, ['scripts/jest.mjs', ...jestArguments, '--json', '--outputFile', report]);
  try {
    if (!existsSync(report)) return [0, 1];
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    return [numPassedTests, status === 0 ? failed : Math.max(failed, 1)];
  } finally {
    rmSync(report, { force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await runChecks(process.argv.slice(2));
}
