// `pnpm check`: format and lint, types, and every test; closes with a line `N passed, N failed` over all of them.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './packages.mjs';
import { run, runScript } from './run.mjs';

const binary = (...names) => path.join(root, 'node_modules', ...names);

/** Runs the checks and returns the exit status; jest arguments narrow it to those tests, `built` counts the build as a check. */
export function runChecks(jestArguments = [], { built } = {}) {
  const total = { passed: 0, failed: 0 };
  const count = (name, passed, failed) => {
    total.passed += passed;
    total.failed += failed;
    console.log(`${name}: ${passed} passed, ${failed} failed\n`);
  };
  if (built !== undefined) count('build', built ? 1 : 0, built ? 0 : 1);
  if (jestArguments.length === 0) {
    // Version 7 checks in a fifth of the time; its library for tools is still that of version 6, which the tests use.
    const tsc = binary('typescript-native', 'bin', 'tsc');
    for (const [name, script, ...args] of [
      ['format and lint', binary('@biomejs', 'biome', 'bin', 'biome'), 'check', '--error-on-warnings', '.'],
      ['types', tsc, '-p', 'tsconfig.json'],
      ['types of the page', tsc, '-p', path.join('packages', 'inspect', 'page', 'tsconfig.json')],
      ...(built
        ? [
            ['built types', tsc, '-p', 'tsconfig.dist.json'],
            ['public API', path.join(root, 'scripts', 'api.mjs'), '--check'],
          ]
        : []),
      ['reference', path.join(root, 'scripts', 'docs.mjs'), '--check'],
    ]) {
      const failed = runScript(script, args) === 0 ? 0 : 1;
      count(name, 1 - failed, failed);
    }
  }
  count('tests', ...runTests(jestArguments));
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
}

/** Runs jest, on another Node.js if one is given; returns how many tests passed and failed. */
export function runTests(jestArguments, node = process.execPath) {
  const report = path.join(root, '.cache', `jest-${process.pid}.json`);
  const status = run(node, ['scripts/jest.mjs', ...jestArguments, '--json', '--outputFile', report], {
    shell: false,
  });
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

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = runChecks(process.argv.slice(2));
