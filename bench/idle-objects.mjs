// The objects of an idle TCP connection: the difference between two heap snapshots of a server, divided by the number
// of connections made between them. The rest of the process's memory is V8's young generation.
//
//   pnpm build && node --expose-gc bench/idle-objects.mjs [--connections 4000]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeHeapSnapshot } from 'node:v8';
import { newEventLoop, Protocol, sleep } from 'bight';
import Table from 'cli-table3';

/** Connections before the first snapshot, which fill the tables and caches that every server has. */
const EARLY = 100;
const LEAST_BYTES = 2;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { connections: { type: 'string', default: '4000' } },
});

if (process.send !== undefined) await connect(...positionals.map(Number));
else await measure(Number(values.connections));

/** In a process of its own: opens connections, and keeps them. */
async function connect(port, count) {
  const sockets = [];
  while (sockets.length < count) {
    const socket = net.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    sockets.push(socket);
  }
  process.send('connected');
}

async function measure(count) {
  if (!Number.isInteger(count) || count < 1) throw new Error('--connections must be a positive integer');
  if (globalThis.gc === undefined) throw new Error('needs --expose-gc');
  const folder = mkdtempSync(path.join(tmpdir(), 'bight-idle-'));
  try {
    const [before, after] = ['before', 'after'].map((name) => path.join(folder, `${name}.heapsnapshot`));
    const loop = newEventLoop();
    await loop.runUntilComplete(async () => {
      const server = await loop.createServer(() => new Protocol(), { host: '127.0.0.1', port: 0 });
      const { port } = server.sockets[0].getsockname();
      const children = [await connected(port, EARLY)];
      await takeSnapshot(before);
      children.push(await connected(port, count));
      await takeSnapshot(after);
      for (const child of children) child.kill();
      server.close();
      server.abortClients();
    });
    loop.close();
    print(count, objectsIn(before), objectsIn(after));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function connected(port, count) {
  const child = fork(fileURLToPath(import.meta.url), [String(port), String(count)]);
  await once(child, 'message');
  return child;
}

async function takeSnapshot(file) {
  await sleep(0.5);
  globalThis.gc();
  writeHeapSnapshot(file);
}

/** The number and the bytes of a snapshot's objects, by their names, or by their owners if they have no name. */
function objectsIn(file) {
  const { snapshot, nodes, edges, strings } = JSON.parse(readFileSync(file, 'utf8'));
  const {
    node_fields: nodeFields,
    node_types: nodeTypes,
    edge_fields: edgeFields,
    edge_types: edgeTypes,
  } = snapshot.meta;
  const kindOf = (node) => nodeTypes[0][nodes[node]];
  const nameOf = (node) => strings[nodes[node + 1]];
  const isNamed = (node) => kindOf(node) === 'object' && nameOf(node) !== 'Object';
  const holders = new Map();
  let edge = 0;
  for (let node = 0; node < nodes.length; node += nodeFields.length) {
    for (let left = nodes[node + 4]; left > 0; left--, edge += edgeFields.length) {
      const target = edges[edge + 2];
      if (isNamed(target) || holders.has(target)) continue;
      const label = strings[edges[edge + 1]];
      const isNumbered = ['element', 'hidden'].includes(edgeTypes[0][edges[edge]]) || /^\d+$/.test(label);
      const by = isNumbered ? '' : `.${label}`;
      holders.set(target, `${nameOf(node).slice(0, 40)}${by}`);
    }
  }
  const found = new Map();
  for (let node = 0; node < nodes.length; node += nodeFields.length) {
    const name = isNamed(node) ? nameOf(node) : `${kindOf(node)} in ${holders.get(node)}`;
    const entry = found.get(name) ?? { count: 0, bytes: 0 };
    entry.count++;
    entry.bytes += nodes[node + 3];
    found.set(name, entry);
  }
  return found;
}

function print(connections, before, after) {
  const rows = [...after].map(([name, { count, bytes }]) => {
    const earlier = before.get(name) ?? { count: 0, bytes: 0 };
    return [name, (count - earlier.count) / connections, (bytes - earlier.bytes) / connections];
  });
  const shown = rows.filter(([, , bytes]) => bytes >= LEAST_BYTES).sort((one, other) => other[2] - one[2]);
  const table = new Table({
    head: ['for each connection', 'objects', 'bytes'],
    colAligns: ['left', 'right', 'right'],
  });
  for (const [name, count, bytes] of shown) table.push([name, count.toFixed(2), bytes.toFixed(0)]);
  table.push(['all', '', rows.reduce((sum, [, , bytes]) => sum + bytes, 0).toFixed(0)]);
  console.log(table.toString());
}
