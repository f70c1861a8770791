// `pnpm check`: format and lint, types, and every test. The last line is `N passed, N failed`, for all of them.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './packages.mjs';
import { collect, start } from './run.mjs';

const binary = (...names) => path.join(root, 'node_modules', ...names);
const script = (name) => path.join(root, 'scripts', name);

// TypeScript 7 checks in a fifth of the time. The tests use version 6, since 7 has no library for tools yet.
const tsc = binary('typescript-native', 'bin', 'tsc');

/** The checks of the built declarations, one after the other: name, script, arguments. */
const checksOfDeclarations = [
  ['built types', tsc, '-p', 'tsconfig.dist.json'],
  ['public API', script('api.mjs'), '--check'],
];

/** The checks that run beside the tests. */
function checksBeside(isBuilt, isWhole) {
  return [
    ['format and lint', binary('@biomejs', 'biome', 'bin', 'biome'), 'check', '--error-on-warnings', '.'],
    ['types', script('types.mjs')],
    ['types of the page', tsc, '-p', path.join('packages', 'inspect', 'page', 'tsconfig.json')],
    ...(isBuilt ? [['sizes', script('sizes.mjs'), '--check']] : []),
    ...(isBuilt && isWhole ? checksOfDeclarations : []),
    ...(isWhole ? [['reference', script('docs.mjs'), '--check']] : []),
  ];
}

/** Counts passes and failures, and prints a line for each check. */
class Tally {
  passed = 0;
  failed = 0;
  lines = [];

  count(name, passed, failed) {
    this.passed += passed;
    this.failed += failed;
    const line = `${name}: ${passed} passed, ${failed} failed`;
    this.lines.push(line);
    return line;
  }

  async run(checks) {
    for (const [name, file, ...args] of checks) {
      const { status, output } = await collect(process.execPath, [file, ...args]);
      const failed = status === 0 ? 0 : 1;
      console.log(`${output}${this.count(name, 1 - failed, failed)}`);
    }
  }

  /** Prints the sums; returns the exit status. */
  close() {
    console.log(`\n${this.lines.join('\n')}\n${this.passed} passed, ${this.failed} failed`);
    return this.failed === 0 ? 0 : 1;
  }
}

/**
 * Runs the checks and returns the exit status. With jest arguments only those tests run; `built` counts the build as a
 * check. Declarations and the reference take as long as all other checks together, so they are steps of `.ci/run`.
 */
export async function runChecks(jestArguments = [], { built, isWhole = true } = {}) {
  const tally = new Tally();
  if (built !== undefined) tally.count('build', built ? 1 : 0, built ? 0 : 1);
  // Jest starts first. Its workers wait now and then, and the other checks use that time of the two cores.
  const tests = runTests(jestArguments);
  if (jestArguments.length === 0) await tally.run(checksBeside(built, isWhole));
  tally.count('tests', ...(await tests));
  return tally.close();
}

/** Checks the built declarations, and returns the exit status. */
export async function runChecksOfDeclarations(isBuilt) {
  const tally = new Tally();
  tally.count('declarations', isBuilt ? 1 : 0, isBuilt ? 0 : 1);
  if (isBuilt) await tally.run(checksOfDeclarations);
  return tally.close();
}

/** Runs jest, on another Node.js if one is given; returns the numbers of passed and failed tests. */
export async function runTests(jestArguments, node = process.execPath) {
  const report = path.join(root, '.cache', `jest-${process.pid}.json`);
  // Absent from a copy of the tree until something is kept there.
  mkdirSync(path.dirname(report), { recursive: true });
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
