/**
 * A distributed hash table (Kademlia) over UDP: a node that reads commands from its standard input, and a simulation of
 * many nodes.
 *
 *     dht node [HOST:PORT …] [--host 127.0.0.1] [--port 0]
 *     dht simulate [--nodes 1000] [--seed 1] [--crashes 0.3] [--hours 1]
 * The addresses are those of running nodes. The commands of a node are `put KEY VALUE`, `get KEY` and `nodes`; the end
 * of input, SIGINT (Ctrl-C) or SIGTERM ends it.
 */
import { parseArgs } from 'node:util';
import { openSignalReceiver, readFrom, run, TaskGroup } from 'bight';
import { parseAddress } from './command-line/parse-address.js';
import { DhtNode } from './dht/dht-node.js';
import { simulateSwarm } from './dht/simulated-swarm.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    nodes: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    crashes: { type: 'string', default: '0.3' },
    hours: { type: 'string', default: '1' },
  },
});

async function runNode(bootstrap: readonly string[], host: string, port: number): Promise<void> {
  const node = new DhtNode({ host, port, bootstrap: bootstrap.map(parseAddress) });
  await TaskGroup.run(async (group) => {
    group.createTask(() => node.run());
    await node.joined();
    console.log(`${node.id} listens on ${host}:${node.port} and knows ${node.table.size} nodes`);
    group.createTask(async () => {
      using signals = openSignalReceiver('SIGINT', 'SIGTERM');
      for await (const _ of signals) group.cancel();
    });
    for await (const line of readFrom(process.stdin)) await obey(node, line.toString().trim().split(' '));
    group.cancel();
  });
}

async function obey(node: DhtNode, [command, key = '', ...words]: string[]): Promise<void> {
  if (command === 'put') console.log(`on ${await node.put(key, Buffer.from(words.join(' ')))} nodes`);
  else if (command === 'get') console.log((await node.get(key))?.toString() ?? '(nothing)');
  else if (command === 'nodes') console.log(`${node.table.size} nodes, ${node.valueCount} values`);
  else console.log('put KEY VALUE, get KEY or nodes');
}

const [command, ...rest] = positionals;
if (command === 'node') await run(() => runNode(rest, values.host, Number(values.port)));
else if (command === 'simulate') {
  const [nodes, crashes, calm] = [Number(values.nodes), Number(values.crashes), 3600 * Number(values.hours)];
  const began = performance.now();
  const result = await simulateSwarm(Number(values.seed), { nodes, values: 100, crashes, calm, loss: 0.02 });
  console.log({ ...result, took: (performance.now() - began) / 1000 });
} else {
  console.error('usage: dht node | simulate');
  process.exitCode = 2;
}
