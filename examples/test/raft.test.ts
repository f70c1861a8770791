import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Random, SimulationError } from '@bight/loop-testing';
import { expect, test } from '@jest/globals';
import { run, sleep } from 'bight';
import { sampleOf } from '../../test/support/extent.js';
import { ask } from '../src/raft/client.js';
import { findAnomaly, type Operation } from '../src/raft/linearizability.js';
import type { Reply, Request } from '../src/raft/messages.js';
import type { Bug } from '../src/raft/raft-node.js';
import { type Fault, planFaults, simulateCluster } from '../src/raft/simulated-cluster.js';
import { RunningExample } from './support/example.js';

/** The seed of a simulation, and how many nodes there are. */
const clusters = [
  [1, 3],
  [2, 5],
] as const;

test('a cluster behaves as a single copy, whatever befalls it', async () => {
  for (const [seed, nodes] of sampleOf(clusters, 1)) {
    const faults = planFaults(Random.stream(seed, 'plan'), nodes, 10);
    expect(await simulateCluster(seed, faults, { nodes, calm: 1.5 })).toBeGreaterThan(5);
  }
});

// As `raft hunt` has found them and made them short.
const stories: [bug: Bug, seed: number, nodes: number, message: string, faults: Fault[]][] = [
  [
    'does not sync',
    3,
    3,
    'which was applied',
    [
      { after: 0.3370109929703176, kind: 'split', node: 1 },
      { after: 0.2977260064333677, kind: 'reboot', node: 1 },
    ],
  ],
  [
    'reads alone',
    5,
    3,
    'is not what one copy would have shown',
    [
      { after: 0.29918868001550436, kind: 'restart', node: 2 },
      { after: 0.23197605563327672, kind: 'heal', node: 2 },
      { after: 0.36066349241882567, kind: 'reboot', node: 2 },
    ],
  ],
];

test.each(sampleOf(stories, 1))(
  'a planted bug is found: a node that %s',
  async (bug, seed, nodes, message, faults) => {
    const broken = simulateCluster(seed, faults, { nodes, bugs: [bug] });
    await expect(broken).rejects.toThrow(SimulationError);
    await expect(broken).rejects.toThrow(message);
    await simulateCluster(seed, faults, { nodes });
  },
);

const operation = (
  kind: 'put' | 'get',
  value: string | null,
  invoked: number,
  returned: number,
): Operation => ({
  client: 'c',
  key: 'k',
  kind,
  value,
  invoked,
  returned,
});

test('the checker knows what one copy can show', () => {
  const put = operation('put', 'a', 0, 1);
  expect(findAnomaly([put, operation('get', 'a', 2, 3)])).toBeNull();
  expect(findAnomaly([put, operation('get', null, 2, 3)])).toBe('k');
  // While it is under way, both may be seen; but not first the new value and then the old one.
  const slow = operation('put', 'b', 2, 9);
  expect(findAnomaly([put, slow, operation('get', 'a', 3, 4), operation('get', 'b', 5, 6)])).toBeNull();
  expect(findAnomaly([put, slow, operation('get', 'b', 3, 4), operation('get', 'a', 5, 6)])).toBe('k');
  // A write whose outcome is unknown may count late, or never.
  const open = operation('put', 'c', 2, Number.POSITIVE_INFINITY);
  expect(findAnomaly([put, open, operation('get', 'a', 3, 4), operation('get', 'c', 90, 91)])).toBeNull();
  expect(findAnomaly([put, open, operation('get', 'a', 90, 91)])).toBeNull();
  expect(findAnomaly([put, operation('get', 'never written', 3, 4)])).toBe('k');
});

/** Ports that are free now. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => net.createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))));
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Asks one node after the other until the leader has answered. */
async function answerOf(ports: readonly number[], request: Request): Promise<Reply & { ok: true }> {
  for (let tries = 0; ; tries++) {
    const reply = await ask('127.0.0.1', ports[tries % ports.length] as number, request).catch(() => null);
    if (reply?.ok) return reply;
    await sleep(0.05);
  }
}

test('the same program runs as processes: what was written is there when one was killed', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'bight-raft-'));
  try {
    const names = ['a', 'b', 'c'];
    const ports = await freePorts(6);
    const peers = names.map((name, i) => `${name}=127.0.0.1:${ports[i]}`);
    const clientPorts = ports.slice(3);
    const nodes = names.map(
      (name, i) =>
        new RunningExample('raft', [
          'node',
          name,
          ...peers,
          '--client-port',
          String(clientPorts[i]),
          '--data',
          path.join(folder, name),
        ]),
    );
    await run(async () => {
      await answerOf(clientPorts, { kind: 'put', key: 'colour', value: 'blue' });
      // Whether it led or not: two of three go on.
      nodes[0]!.signal('SIGKILL');
      await nodes[0]!.end();
      const others = clientPorts.slice(1);
      expect(await answerOf(others, { kind: 'get', key: 'colour' })).toEqual({ ok: true, value: 'blue' });
      for (const node of nodes.slice(1)) {
        node.signal('SIGTERM');
        expect(await node.end()).toMatchObject({ status: 0, errorOutput: '' });
      }
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
