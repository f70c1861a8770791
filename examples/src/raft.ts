/**
 * A replicated key-value store on Raft: one process for each node, a client, and a simulation that finds bugs.
 *
 *     raft node NAME=HOST:PORT/HOST:PORT [MEMBER …] [--data FOLDER] [--transport udp|tcp]
 *     raft get KEY | put KEY VALUE | append KEY VALUE | delete KEY      --nodes HOST:PORT,…
 *     raft members | add NAME=HOST:PORT/HOST:PORT | remove NAME         --nodes HOST:PORT,…
 *     raft hunt [BUG] [--seeds 1000] [--first 1] [--size NODES] [--svg FILE]
 *     raft hunt --all
 * A node has an address for the other nodes and one for clients. The first nodes of a cluster know all its members; a
 * node without MEMBERs waits to be added. SIGINT (Ctrl-C) or SIGTERM ends a node.
 */
import { parseArgs } from 'node:util';
import { run } from 'bight';
import { RaftClient } from './raft/client.js';
import { CLIENT_COMMANDS, serveNode } from './raft/command-line.js';
import { report } from './raft/simulation/report.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    data: { type: 'string', default: '.' },
    first: { type: 'string', default: '1' },
    nodes: { type: 'string', default: '127.0.0.1:8000' },
    seeds: { type: 'string', default: '1000' },
    size: { type: 'string' },
    svg: { type: 'string' },
    transport: { type: 'string', default: 'udp' },
  },
});

const [command = '', ...rest] = positionals;
const clientCommand = Object.hasOwn(CLIENT_COMMANDS, command) ? CLIENT_COMMANDS[command] : undefined;
if (clientCommand !== undefined) {
  const client = new RaftClient(values.nodes.split(','));
  await run(async () => {
    console.log((await clientCommand(client, ...rest)) ?? '(nothing)');
    client.close();
  });
} else if (command === 'node') {
  const [self = '', ...members] = rest;
  await run(() => serveNode({ self, members, folder: values.data, transport: values.transport }));
} else if (command === 'hunt') {
  const { all, svg, size } = values;
  const [seeds, first] = [Number(values.seeds), Number(values.first)];
  const nodes = size === undefined ? undefined : Number(size);
  if (!(await report({ bug: rest[0], all, seeds, first, nodes, svg }))) process.exitCode = 1;
} else {
  console.error('usage: raft node | get | put | append | delete | members | add | remove | hunt');
  process.exitCode = 2;
}
