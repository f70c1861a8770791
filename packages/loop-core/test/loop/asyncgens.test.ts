import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { nodeArguments } from '../../../../test/support/compiled.js';

const program = nodeArguments('packages/loop-core/test/programs/collects-loops.ts');

test('a loop that is collected right after its async generator leaves the finalizers of others alone', () => {
  const output = execFileSync(process.execPath, ['--expose-gc', ...program], { encoding: 'utf8' });
  expect(output).toBe('called\n');
});
