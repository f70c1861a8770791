// Runs the tests of contexts and loops, and the scenarios that are compared with CPython, without Node's internals:
// `node scripts/without-internals.mjs [JEST ARGUMENTS]`. The last line is `N passed, N failed`.
import { runTests } from './check.mjs';

const tests = ['packages/contextvars/', 'packages/loop-core/', 'test/differential/'];

process.env.BIGHT_NODE_INTERNALS = 'off';
const given = process.argv.slice(2);
const [passed, failed] = await runTests(given.length === 0 ? tests : given);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
