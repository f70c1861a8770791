import { expect, test } from '@jest/globals';
import { runsOf, testSeed } from '../../../test/support/extent.js';
import { runTypeScript } from '../../../test/support/run-typescript.js';

test.each(['SelectorEventLoop', 'ProactorEventLoop'])(
  '%s: threads that are terminated at any moment leave nothing open',
  async (name) => {
    const args = [name, String(runsOf(30, 6)), String(testSeed)];
    const outcome = await runTypeScript('packages/bight/test/programs/terminated-threads.ts', {
      args,
      timeoutSeconds: runsOf(400, 110),
    });
    expect(outcome).toEqual({ stdout: 'the same\n', stderr: '', status: 0, signal: null });
  },
);
