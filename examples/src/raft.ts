/**
 * A replicated key-value store on Raft: one process for each node, a client, and a hunt for planted bugs in a
 * simulation.
 *
 *     raft node NAME a=127.0.0.1:7000 b=127.0.0.1:7001 c=127.0.0.1:7002 --client-port 8000 --data FOLDER
 *     raft put KEY VALUE --nodes 127.0.0.1:8000,127.0.0.1:8001,127.0.0.1:8002
 *     raft get KEY --nodes …
 *     raft hunt [BUG] [--seeds 1000] [--first 1] [--size 3] [--faults 20]
 *
 * SIGINT (Ctrl-C) or SIGTERM ends a node.
 */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { explore } from '@bight/loop-testing';
import { CancelledError, Event, getRunningLoop, run, sleep } from 'bight';
import { parseAddress } from './command-line/parse-address.js';
import { ask } from './raft/client.js';
import type { Request } from './raft/messages.js';
import { type Bug, RaftNode } from './raft/raft-node.js';
import { type Fault, planFaults, simulateCluster } from './raft/simulated-cluster.js';
import type { Files } from './raft/storage.js';

/** The files of a folder. */
function filesIn(folder: string): Files {
  const inside = (name: string) => path.join(folder, name);
  return {
    open: (name, flag) => open(inside(name), flag),
    readFile: (name) => readFile(inside(name)),
    rename: (from, to) => rename(inside(from), inside(to)),
    async syncDirectory() {
      await using handle = await open(folder, 'r');
      await handle.sync();
    },
  };
}

async function serve(
  name: string,
  peers: readonly string[],
  clientPort: number,
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const loop = getRunningLoop();
  const node = new RaftNode({
    name,
    peers: new Map(
      peers.map((peer) => peer.split('=', 2) as [string, string]).map(([one, at]) => [one, parseAddress(at)]),
    ),
    clientPort,
    files: filesIn(folder),
    // Real machines are busy with other things, too.
    electionTimeout: 0.5,
    onLead: (term) => console.log(`${name} leads term ${term}`),
  });
  const running = loop.createTask(() => node.run());
  const stop = new Event();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) loop.addSignalHandler(signal, () => stop.set());
  running.addDoneCallback(() => stop.set());
  console.log(`${name} serves clients on port ${clientPort}`);
  await stop.wait();
  running.cancel();
  try {
    await running;
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
  }
}

/** Asks the nodes in turn until one of them, the leader, answers. */
async function request(nodes: readonly string[], what: Request): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const { host, port } = parseAddress(nodes[tries % nodes.length] as string);
    const reply = await ask(host, port, what).catch(() => null);
    if (reply?.ok) {
      console.log(reply.value ?? '(nothing)');
      return;
    }
    if (what.kind === 'put' && (reply === null || reply.isOpen)) console.log('no answer: asking again');
    await sleep(0.1);
  }
  throw new Error('no node has answered');
}

async function hunt(
  bug: Bug | undefined,
  seeds: number,
  first: number,
  size: number,
  faults: number,
): Promise<void> {
  const found = await explore<Fault>({
    seeds,
    first,
    plan: (random) => planFaults(random, size, faults),
    run: (seed, steps) => simulateCluster(seed, steps, { nodes: size, bugs: bug === undefined ? [] : [bug] }),
    onProgress: ({ tried }) => process.stderr.write(`\r${tried} of ${seeds} seeds`),
  });
  process.stderr.write('\n');
  if (found === null) {
    console.log('no failure');
    return;
  }
  console.log(
    `seed ${found.seed}: ${found.steps.length} of ${found.planned.length} faults are left, after ${found.shrinks} runs`,
  );
  for (const { after, kind, node } of found.steps)
    console.log(`  ${after.toFixed(3)} s later: ${kind} n${node}`);
  console.log((found.error as Error).message);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'client-port': { type: 'string', default: '8000' },
    data: { type: 'string', default: '.' },
    nodes: { type: 'string', default: '127.0.0.1:8000' },
    seeds: { type: 'string', default: '1000' },
    first: { type: 'string', default: '1' },
    size: { type: 'string', default: '3' },
    faults: { type: 'string', default: '20' },
  },
});
const [command, ...rest] = positionals;
const nodes = values.nodes.split(',');
if (command === 'node') {
  const [name, ...peers] = rest as [string, ...string[]];
  await run(() => serve(name, peers, Number(values['client-port']), values.data));
} else if (command === 'put') {
  const [key, value] = rest as [string, string];
  await run(() => request(nodes, { kind: 'put', key, value }));
} else if (command === 'get') {
  await run(() => request(nodes, { kind: 'get', key: rest[0] as string }));
} else if (command === 'hunt') {
  const { seeds, first, size, faults } = values;
  await hunt(rest[0] as Bug | undefined, Number(seeds), Number(first), Number(size), Number(faults));
} else {
  console.error('usage: raft node | put | get | hunt');
  process.exitCode = 2;
}
