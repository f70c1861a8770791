import { describe, expect, test } from '@jest/globals';
import { runTypeScript } from '../../../../test/support/run-typescript.js';
import { nodeHasReusePort } from '../../src/proactor/bind.js';

const program = 'packages/loop-net/test/programs/cluster-workers.ts';

const runs = [
  { name: 'SelectorEventLoop', internals: 'on', shares: true },
  { name: 'ProactorEventLoop', internals: 'on', shares: nodeHasReusePort() },
  { name: 'ProactorEventLoop', internals: 'off', shares: nodeHasReusePort() },
];

describe.each(runs)(
  "$name, Node's internals $internals: the workers of node:cluster",
  ({ name, internals, shares }) => {
    const env = { BIGHT_NODE_INTERNALS: internals };

    test('are refused with an error that says how to share a port', async () => {
      const { stdout } = await runTypeScript(program, { args: [name, 'alone'], env });
      expect(stdout).toContain('first listens');
      expect(stdout).toContain(
        'the workers of node:cluster share a port with createServer(…, { reusePort: true })',
      );
    });

    test('share a port with reusePort, or are refused with an error that names the loop that has it', async () => {
      const { stdout } = await runTypeScript(program, { args: [name, 'shared'], env });
      expect(stdout).toBe(
        shares
          ? 'first listens\nsecond listens\n'
          : "reusePort before Node 22.12 is not possible on ProactorEventLoop: use bight's SelectorEventLoop\n",
      );
    });
  },
);
