import { expect, test } from '@jest/globals';
import { runTypeScript } from './support/run-typescript.js';

test('a program runs against the source, with arguments and environment', async () => {
  const outcome = await runTypeScript('test/fixtures/program.ts', {
    args: ['a'],
    env: { BIGHT_TEST: 'yes' },
  });
  expect(outcome).toMatchObject({ status: 3, signal: null, stdout: 'a yes true\n' });
  expect(outcome.stderr).toContain('for stderr');
});

test('a program that does not end is killed', async () => {
  const forever = ['--eval=setInterval(() => {}, 1000)'];
  const outcome = await runTypeScript('', { nodeOptions: forever, timeoutSeconds: 0.5 });
  expect(outcome).toMatchObject({ status: null, signal: 'SIGKILL' });
});
