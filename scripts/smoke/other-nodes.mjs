// Runs all tests on the Node.js versions that `npm test` does not use. The last line is `N passed, N failed`.
import { runTests } from '../check.mjs';
import { installTools } from './tools.mjs';

const here = `node ${process.versions.node.split('.')[0]}`;
// Tests of the repository itself have the same result on every version.
const behaviour = ['packages/', 'test/differential/', 'examples/'];
const total = { passed: 0, failed: 0 };
for (const { kind, name, command } of installTools().runtimes) {
  if (kind !== 'node' || command === process.execPath || name === here) continue;
  const [passed, failed] = await runTests(behaviour, command);
  console.log(`tests on ${name}: ${passed} passed, ${failed} failed\n`);
  total.passed += passed;
  total.failed += failed;
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
