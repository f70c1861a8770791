// Runs the tests that need Redis or many processes: `node scripts/queue.mjs`. Installs Redis where it is
// missing and can be installed. With --sample, what fits into CI; further arguments are passed on to jest. Closes with
// `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installDebianPackages, isOnPath } from '../test/support/debian.mjs';
import { root } from './packages.mjs';
import { runScript } from './run.mjs';

const args = process.argv.slice(2);
if (args.includes('--sample')) process.env.BIGHT_QUEUE_SAMPLE = '1';
installDebianPackages({ 'redis-server': 'redis-server' });
const isBuilt = runScript('scripts/build.mjs', ['--no-types']) === 0;
if (!isOnPath('redis-server')) {
  console.log('redis-server is missing and cannot be installed here');
  console.log('0 passed, 1 failed');
} else if (!isBuilt) {
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
} else {
  const { passed, failed } = runJest(args.filter((argument) => argument !== '--sample'));
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

function runJest(further) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bight-queue-'));
  const report = path.join(folder, 'report.json');
  const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
  const flags = ['--experimental-vm-modules', '--expose-gc', '--disable-warning=ExperimentalWarning'];
  const folders = ['packages/executor-bullmq', 'packages/bight', 'examples'];
  const pattern = ['--testMatch', ...folders.map((name) => `<rootDir>/${name}/test/**/*.queue.ts`)];
  const output = ['--json', '--outputFile', report];
  const command = [...flags, jest, ...pattern, ...output, ...further];
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
