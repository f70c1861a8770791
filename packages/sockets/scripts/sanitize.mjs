// Runs tests on an addon built with sanitizers: this package's, the selector's network tests, and system calls that
// fail on purpose. `--sample` runs those that reach most of the C code in a short time. Other arguments go to jest
// instead. A finding ends the process that made it, and so fails its test. Closes with a line `N passed, N failed`.
import { runTests } from '../../../scripts/check.mjs';
import { buildSanitized, sanitizedEnvironment } from './sanitizers.mjs';

// All but the test of the sanitizers themselves, which need no second one around them.
const whole = ['packages/sockets/test/(?!sanitizers)', 'packages/loop-net/test/(selector|faults)/'];
const sample = [
  'packages/sockets/test/(fuzz|engine/(batch|datagram|events|listen|stream|whole))',
  'packages/loop-net/test/(faults|selector/(readiness|selector-host))',
];
const given = process.argv.slice(2);
const tests = given[0] === '--sample' ? sample : given.length > 0 ? given : whole;

Object.assign(process.env, sanitizedEnvironment(buildSanitized()));
const [passed, failed] = await runTests(['--maxWorkers=1', ...tests]);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
