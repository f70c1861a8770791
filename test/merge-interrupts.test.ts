import { expect, test } from '@jest/globals';
import { runTypeScript } from './support/run-typescript.js';

test('a Ctrl-C that comes twice, from the terminal and from npm, is delivered once', async () => {
  const { stdout, ...rest } = await runTypeScript('test/fixtures/interrupted.mjs');
  expect(rest).toEqual({ status: 0, signal: null, stderr: '' });
  expect(stdout).toBe('interrupted, with 1 listener left\nstill here\n');
});
