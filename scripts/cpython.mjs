// Runs CPython's own asyncio tests on the built packages: all of them on both loops, or with `--sample` a few modules
// on one loop. Further arguments go to test/cpython/run.py. The last line is `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { installDebianPackages } from '../test/support/debian.mjs';
import { root } from './packages.mjs';

const SAMPLE = [
  'bight_futures',
  'bight_async_blocks',
  'bight_locks',
  'bight_queues',
  'bight_streams',
  'bight_runners',
  'test_locks',
];

// An embeddable interpreter, with its headers and its own tests.
const PROBE = `import sys, sysconfig, os, test.test_asyncio
sys.exit(not (sys.version_info[:2] == (3, 11) and sysconfig.get_config_var('Py_ENABLE_SHARED')
  and os.path.exists(os.path.join(sysconfig.get_config_var('INCLUDEPY'), 'Python.h'))))`;

const isSuitable = (python) => spawnSync(python, ['-c', PROBE], { stdio: 'ignore' }).status === 0;

function findPython() {
  const candidates = [process.env.PYTHON, 'python3', 'python3.11', '/usr/bin/python3.11'].filter(Boolean);
  return candidates.find(isSuitable) ?? null;
}

function installPython() {
  const names = ['python3.11', 'libpython3.11-dev', 'libpython3.11-testsuite', 'gcc', 'libc6-dev'];
  installDebianPackages(Object.fromEntries(names.map((name) => [`(the package ${name})`, name])));
  return findPython();
}

function runTests(python, args) {
  const program = path.join(root, 'test', 'cpython', 'run.py');
  const { stdout } = spawnSync(python, [program, root, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  process.stdout.write(stdout ?? '');
  const [, passed, count] = /^cpython: (\d+) of (\d+) pass/m.exec(stdout ?? '') ?? [null, 0, 1];
  return [Number(passed), Number(count) - Number(passed)];
}

function runAll(python, args) {
  if (args.includes('--sample')) return [runTests(python, SAMPLE)];
  if (args.length > 0) return [runTests(python, args)];
  return ['selector', 'proactor'].map((loop) => runTests(python, ['--loop', loop]));
}

const python = findPython() ?? installPython();
const sums = [0, 0];
if (python === null) {
  console.error('CPython 3.11 with a shared library, its headers and its tests is needed: set PYTHON');
  sums[1] = 1;
} else {
  for (const [passed, failed] of runAll(python, process.argv.slice(2))) {
    sums[0] += passed;
    sums[1] += failed;
  }
}
console.log(`${sums[0]} passed, ${sums[1]} failed`);
process.exitCode = sums[1] === 0 ? 0 : 1;
