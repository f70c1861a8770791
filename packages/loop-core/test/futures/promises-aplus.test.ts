// The test suite of Promises/A+ on our futures.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from '@jest/globals';
import { nodeArguments } from '../../../../test/support/compiled.js';
import { repository } from '../../../../test/support/workspace.js';

interface Report {
  passed: number;
  failed: string[];
}

// CPython's order, documented in docs/from-node.md: each waiter has its turn of the loop, and what is added to a future
// that is done waits for none.
const ADDED_INSIDE_ANOTHER = / in the original order even when one handler is added inside another handler /;

let report: Report;
beforeAll(async () => {
  const program = path.join(repository, 'packages/loop-core/test/support/promises-aplus.mjs');
  const args = nodeArguments(program);
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: repository });
  report = JSON.parse(stdout) as Report;
}, 240_000);

test('futures keep Promises/A+, but for the order of a handler that another one adds', () => {
  expect(report.failed.filter((title) => !ADDED_INSIDE_ANOTHER.test(title))).toEqual([]);
  expect(report.failed).toHaveLength(4);
  expect(report.passed).toBe(868);
});
