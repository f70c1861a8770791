import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { nodeArguments } from '../../../../test/support/compiled.js';

const program = nodeArguments('packages/loop-core/test/programs/loses-errors.ts');

test('a task or a future that fails, in whatever way, is freed, and reported while the loop runs', () => {
  const output = execFileSync(process.execPath, ['--expose-gc', ...program], { encoding: 'utf8' });
  const reports = JSON.parse(output) as Record<string, number>;
  expect(Object.keys(reports)).toHaveLength(7);
  for (const count of Object.values(reports)) expect(count).toBeGreaterThanOrEqual(10);
});
