import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { nodeArguments } from '../../test/support/compiled.js';

const program = fileURLToPath(new URL('../src/run-in-executor.ts', import.meta.url));

test('run-in-executor shows what came of all three pools, and ends', async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, nodeArguments(program, ['1000']));
  expect(stderr).toBe('');
  const [first, second, third] = stdout.split(/^(?=custom)/m);
  expect(first).toMatch(/^default thread pool Uint8Array\(100\)/);
  expect(second).toMatch(/^custom thread pool Uint8Array\(100\)/);
  expect(third).toBe('custom process pool 332833500n\n');
});
