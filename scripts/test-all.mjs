// `pnpm test:all`: `npm test -- --all`, and checks for which CI has no time: every test of the native code under the
// sanitizers, a failure of every single system call, damage to every byte of TLS records, the fuzzers for twenty times
// as long, CPython's own tests on both loops, the packed packages on other platforms, published drivers, frameworks,
// profilers and tracers, and ways to package and install a program.
import path from 'node:path';
import { runChecks, runTests } from './check.mjs';
import { root } from './packages.mjs';
import { prepare } from './prepare.mjs';
import { runScript } from './run.mjs';

process.env.BIGHT_TEST_EXTENT = 'all';
const built = await prepare();
let failed = await runChecks([], { built });
if (process.platform === 'linux') {
  failed += Math.abs(runScript(path.join(root, 'scripts', 'cpython.mjs')));
  failed += Math.abs(runScript(path.join(root, 'scripts', 'inspect-page.mjs')));
  failed += Math.abs(runScript(path.join(root, 'packages', 'sockets', 'scripts', 'sanitize.mjs'), []));
  failed += Math.abs(runScript(path.join(root, 'scripts', 'platforms.mjs')));
  failed += Math.abs(runScript(path.join(root, 'scripts', 'drivers.mjs')));
  failed += Math.abs(runScript(path.join(root, 'scripts', 'observers.mjs')));
  failed += Math.abs(runScript(path.join(root, 'scripts', 'packaging.mjs')));
}
Object.assign(process.env, { FAULTS: 'all', FUZZ_ROUNDS: '20', RECORD_BYTES: 'all' });
const [, failures] = await runTests([
  'packages/loop-net/test/(faults|tls/records)',
  'packages/sockets/test/fuzz',
]);
process.exitCode = failed + failures === 0 ? 0 : 1;
