// Runs the tests that need Redis or many processes: `node scripts/queue.mjs`. Installs missing Redis and
// docker-compose, and fails if it cannot. With --sample it runs the part that CI has time for, without docker-compose.
// Further arguments go to jest. The last line is `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installDebianPackages, isOnPath } from '../test/support/debian.mjs';
import { root } from './packages.mjs';
import { runScript } from './run.mjs';

const HELP = `Usage: node scripts/queue.mjs [--sample] [OPTION OF JEST]...

Runs the tests that need Redis or many processes; --sample, what fits into CI. Such as -t 'back-off': some of them.
`;

const args = process.argv.slice(2);
if (args.includes('--help')) {
  console.log(HELP.trimEnd());
  process.exit();
}
const isSample = args.includes('--sample');
if (isSample) process.env.BIGHT_QUEUE_SAMPLE = '1';
/** The package of each command that the tests start. */
const commands = {
  'redis-server': 'redis-server',
  ...(isSample ? {} : { 'docker-compose': 'docker-compose' }),
};
installDebianPackages(commands);
const missing = Object.keys(commands).filter((command) => !isOnPath(command));
const { passed, failed } = runTests();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function runTests() {
  if (missing.length > 0) {
    console.log(`${missing.join(' and ')} cannot be installed here: it takes Debian's packages, and root`);
    return { passed: 0, failed: missing.length };
  }
  if (runScript('scripts/build.mjs', ['--no-types']) !== 0) return { passed: 0, failed: 1 };
  return runJest(args.filter((argument) => argument !== '--sample'));
}

function runJest(further) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bight-queue-'));
  const report = path.join(folder, 'report.json');
  const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
  const flags = ['--experimental-vm-modules', '--expose-gc', '--disable-warning=ExperimentalWarning'];
  const folders = ['packages/executor-bullmq', 'packages/bight', 'examples'];
  const pattern = ['--testMatch', ...folders.map((name) => `<rootDir>/${name}/test/**/*.queue.ts`)];
  const without = isSample ? ['--testPathIgnorePatterns', 'compose\\.queue'] : [];
  const output = ['--json', '--outputFile', report];
  const command = [...flags, jest, ...pattern, ...without, ...output, ...further];
  try {
    const { status } = spawnSync(process.execPath, command, {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    return { passed: numPassedTests, failed: status !== 0 && failed === 0 ? 1 : failed };
  } catch (error) {
    console.log(String(error));
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
