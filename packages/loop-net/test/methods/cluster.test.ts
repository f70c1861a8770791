import { describe, expect, test } from '@jest/globals';
import { runTypeScript } from '../../../../test/support/run-typescript.js';

const program = 'packages/loop-net/test/programs/cluster-workers.ts';

describe.each(['ProactorEventLoop', 'SelectorEventLoop'])('%s: the workers of node:cluster', (name) => {
  test('are refused with an error that says how to share a port', async () => {
    const { stdout } = await runTypeScript(program, { args: [name, 'alone'] });
    expect(stdout).toContain('first listens');
    expect(stdout).toContain(
      'the workers of node:cluster share a port with createServer(…, { reusePort: true })',
    );
  });
});

test('SelectorEventLoop: the workers of node:cluster share a port with reusePort', async () => {
  const { stdout } = await runTypeScript(program, { args: ['SelectorEventLoop', 'shared'] });
  expect(stdout).toBe('first listens\nsecond listens\n');
});
