import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Random, SimulationError } from '@bight/loop-testing';
import { expect, test } from '@jest/globals';
import { CancelledError, getRunningLoop, run, sleep } from 'bight';
import { chosenOf, sampleOf } from '../../test/support/extent.js';
import { repository } from '../../test/support/workspace.js';
import { RaftClient } from '../src/raft/client.js';
import { parseMember } from '../src/raft/command-line.js';
import { RaftNode } from '../src/raft/node/raft-node.js';
import { type ClusterOptions, simulateCluster } from '../src/raft/simulation/cluster.js';
import { type Fault, planFaults } from '../src/raft/simulation/fault.js';
import { clusterOf } from '../src/raft/simulation/hunt.js';
import { findAnomaly } from '../src/raft/simulation/linearizability.js';
import type { Operation } from '../src/raft/simulation/operation.js';
import type { PlantedBug } from '../src/raft/simulation/planted-bugs.js';
import { openFolder } from '../src/raft/storage/folder.js';
import { openUdp } from '../src/raft/transport/udp.js';
import { RunningExample } from './support/example.js';

const clusters: [seed: number, options: ClusterOptions][] = [
  [1, { nodes: 3 }],
  [2, { nodes: 5, leases: false, isRough: true }],
  [3, { nodes: 5, transport: 'tcp' }],
  [4, { nodes: 50, calm: 0.5 }],
];

test.each(sampleOf(clusters, 1))(
  'a cluster behaves as a single copy, whatever befalls it (%i, %j)',
  async (seed, options) => {
    const faults = planFaults(Random.stream(seed, 'plan'), options.nodes, 8);
    expect(await simulateCluster(seed, faults, options)).toBeGreaterThan(5);
  },
);

interface Story {
  readonly bug: PlantedBug;
  readonly seed: number;
  readonly message: string;
  readonly faults: readonly Fault[];
}

/** Stories that `raft hunt` has found and shrunk. */
const stories = JSON.parse(
  readFileSync(path.join(repository, 'examples/test/fixtures/raft-stories.json'), 'utf8'),
) as Story[];

test.each(sampleOf(stories, 1))('a planted bug is found: $bug', async ({ bug, seed, message, faults }) => {
  const options = clusterOf(seed, { bug });
  const broken = simulateCluster(seed, faults, options);
  await expect(broken).rejects.toThrow(SimulationError);
  await expect(broken).rejects.toThrow(message);
  await simulateCluster(seed, faults, { ...options, plant: {} });
});

const operation = (
  kind: Operation['kind'],
  argument: string,
  result: string | null,
  invoked: number,
  returned: number,
): Operation => ({ client: 'c', key: 'k', kind, argument, result, invoked, returned });

const put = (value: string, invoked: number, returned: number) =>
  operation('put', value, value, invoked, returned);

const get = (value: string | null, invoked: number, returned: number) =>
  operation('get', '', value, invoked, returned);

test('the checker knows what one copy can show', () => {
  const first = put('a', 0, 1);
  expect(findAnomaly([first, get('a', 2, 3)])).toBeNull();
  expect(findAnomaly([first, get(null, 2, 3)])).toBe('k');
  // While a write is pending, both values may be seen, but not first the new value and then the old one.
  const slow = put('b', 2, 9);
  expect(findAnomaly([first, slow, get('a', 3, 4), get('b', 5, 6)])).toBeNull();
  expect(findAnomaly([first, slow, get('b', 3, 4), get('a', 5, 6)])).toBe('k');
  // A write with an unknown outcome may take effect late, or never.
  const open = put('c', 2, Number.POSITIVE_INFINITY);
  expect(findAnomaly([first, open, get('a', 3, 4), get('c', 90, 91)])).toBeNull();
  expect(findAnomaly([first, open, get('a', 90, 91)])).toBeNull();
  expect(findAnomaly([first, get('never written', 3, 4)])).toBe('k');
  // A duplicate append is found.
  const more = operation('append', '+', 'a+', 2, 3);
  expect(findAnomaly([first, more, get('a+', 4, 5)])).toBeNull();
  expect(findAnomaly([first, more, get('a++', 4, 5)])).toBe('k');
  expect(findAnomaly([first, operation('append', '+', 'a++', 2, 3)])).toBe('k');
});

test('the checker copes with long histories of operations that overlap', () => {
  const history: Operation[] = [];
  for (let i = 0; i < 12; i++)
    history.push(put(`${i}`, i, i + 6.5), get(`${Math.max(0, i - 3)}`, i + 3, i + 4));
  history.push(put('late', 10, Number.POSITIVE_INFINITY));
  expect(findAnomaly(history)).toBeNull();
  expect(findAnomaly([...history, get('5', 500, 501)])).toBe('k');
});

test('a node alone is a cluster, keeps what it has, and the last voter stays', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'bight-raft-'));
  const [peers, clients] = (await freePorts(2)).map((port) => `127.0.0.1:${port}`) as [string, string];
  const members = { voters: { a: { peers, clients } }, learners: {} };
  const settings = { electionTimeout: 0.02, snapshotEvery: 3 };
  const session = async (use: (client: RaftClient) => Promise<void>) => {
    const files = await openFolder(folder);
    const node = new RaftNode({
      name: 'a',
      self: members.voters.a,
      members,
      files,
      openTransport: openUdp,
      settings,
    });
    await run(async () => {
      const running = getRunningLoop().createTask(() => node.run());
      const client = new RaftClient([clients]);
      await use(client);
      client.close();
      running.cancel();
      await expect(running).rejects.toThrow(CancelledError);
    });
  };
  try {
    await session(async (client) => {
      await client.put('colour', 'blue');
      for (const end of ['i', 's', 'h']) await client.append('colour', end);
      await client.delete('taste');
      await expect(client.remove('a')).rejects.toThrow('the last voter stays');
    });
    await session(async (client) => expect(await client.get('colour')).toBe('blueish'));
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** Free ports, below the range that the system assigns. */
async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const server = net.createServer();
    const isFree = await new Promise((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    found.add(port);
    await new Promise((resolve) => server.close(resolve));
  }
  return [...found];
}

test.each(chosenOf(['udp', 'tcp'], 1))(
  'five processes, over %s: one is killed and comes back, a sixth joins, another is removed',
  async (transport) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'bight-raft-'));
    try {
      const ports = await freePorts(12);
      const texts = [...'abcdef'].map((name, i) => {
        return `${name}=127.0.0.1:${ports[2 * i]}/127.0.0.1:${ports[2 * i + 1]}`;
      });
      const members = texts.slice(0, 5);
      const start = (text: string, ...others: string[]) => {
        const data = path.join(folder, text[0]!);
        return new RunningExample('raft', [
          'node',
          text,
          ...others,
          '--data',
          data,
          '--transport',
          transport,
        ]);
      };
      const nodes = members.map((text) => start(text, ...members));
      for (const node of nodes) await node.until(/serves clients on/);
      await run(async () => {
        const client = new RaftClient(texts.map((text) => parseMember(text)[1].clients));
        await client.put('colour', 'blue');
        nodes[0]!.signal('SIGKILL');
        await nodes[0]!.end();
        expect(await client.append('colour', 'ish')).toBe('blueish');
        nodes[0] = start(members[0]!, ...members);
        nodes.push(start(texts[5]!));
        for (const node of [nodes[0]!, nodes[5]!]) await node.until(/serves clients on/);
        await client.add(...parseMember(texts[5]!));
        while (!('f' in (await client.members()).voters)) await sleep(0.05);
        await client.remove('b');
        expect(Object.keys((await client.members()).voters).sort()).toEqual([...'acdef']);
        expect(await client.get('colour')).toBe('blueish');
        client.close();
        for (const node of nodes) {
          node.signal('SIGTERM');
          expect(await node.end()).toMatchObject({ status: 0, errorOutput: '' });
        }
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);
