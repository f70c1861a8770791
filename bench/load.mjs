// The network under load: many active connections, many idle ones, a slow reader, and a peer that sends without end.
//
//   pnpm build && node --expose-gc bench/load.mjs [--connections 1000] [--messages 1000] [--idle 10000] [--seconds 10] [--only TEXT]
// BIGHT_LOOP chooses the loop. The program raises the limit of open files as far as the system allows.
import { fork, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { run, sleep } from 'bight';
import { connect, talk } from './load/clients.mjs';

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '1000' },
    messages: { type: 'string', default: '1000' },
    idle: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '10' },
    only: { type: 'string', default: '' },
  },
});
const [connections, messages, idle, seconds] = ['connections', 'messages', 'idle', 'seconds'].map((name) =>
  Number(values[name]),
);
const MB = 1024 * 1024;
const megabytes = (bytes) => `${(bytes / MB).toFixed(1)} MB`;

raiseDescriptorLimit();

/** Starts this program again with the highest limit of descriptors. */
function raiseDescriptorLimit() {
  const limit = (kind) =>
    Number(/Max open files +(\d+) +(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))[kind]);
  if (limit(1) === limit(2)) return;
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const { status } = spawnSync('sh', ['-c', 'ulimit -n "$(ulimit -H -n)"; exec "$@"', 'sh', ...command], {
    stdio: 'inherit',
  });
  process.exit(status ?? 1);
}

async function startServer() {
  const child = fork(fileURLToPath(new URL('./load/server.mjs', import.meta.url)), {
    execArgv: ['--expose-gc'],
  });
  const [ports] = await once(child, 'message');
  const ask = async (question) => {
    child.send(question);
    const [answer] = await once(child, 'message');
    return answer;
  };
  return { ports, ask, stop: () => child.disconnect() };
}

async function busy({ ports, ask }) {
  const clients = await connect(ports.echo, connections, messages);
  const [began, processorBefore] = [performance.now(), await ask('processor')];
  await talk(clients);
  const elapsed = (performance.now() - began) / 1000;
  const processor = (await ask('processor')) - processorBefore;
  for (const { transport } of clients) transport.close();
  const count = connections * messages;
  return (
    `${count} messages were echoed in order and unchanged: ${elapsed.toFixed(1)} s, ` +
    `${((1e6 * processor) / count).toFixed(1)} µs of the server for each, ${megabytes(await ask('memory'))} in use`
  );
}

async function idling({ ports, ask }) {
  const before = await ask('memory');
  const clients = await connect(ports.echo, idle, 1);
  await sleep(1);
  const each = ((await ask('memory')) - before) / idle;
  await talk(clients);
  for (const { transport } of clients) transport.close();
  return `${idle} connections take ${each.toFixed(0)} bytes of the server each; all of them still answer`;
}

async function slowReader({ ports, ask }) {
  const round = async () => {
    const clients = await connect(ports.echo, 100, 500);
    const began = performance.now();
    await talk(clients);
    for (const { transport } of clients) transport.close();
    return (100 * 500) / ((performance.now() - began) / 1000);
  };
  await round();
  const alone = await round();
  const before = await ask('memory');
  const slow = net.connect({ port: ports.feed, host: '127.0.0.1', highWaterMark: 1 });
  await once(slow, 'readable');
  const timer = setInterval(() => slow.read(1), 1000);
  const rates = [];
  for (const end = performance.now() + 1000 * seconds; performance.now() < end; ) rates.push(await round());
  clearInterval(timer);
  const [after, fed] = [await ask('memory'), await ask('fed')];
  slow.destroy();
  rates.sort((a, b) => a - b);
  const beside = rates[rates.length >> 1];
  return (
    `100 fast clients get ${alone.toFixed(0)} messages/s alone, ${beside.toFixed(0)} beside a reader of 1 byte/s; ` +
    `that was sent only ${megabytes(fed)} (${megabytes(after - before)} of the server's memory)`
  );
}

async function flooding({ ports, ask }) {
  const before = await ask('memory');
  const socket = net.connect(ports.paused, '127.0.0.1');
  await once(socket, 'connect');
  const portion = Buffer.alloc(MB, 'flood ');
  const total = 256;
  const hash = createHash('sha256');
  let sent = 0;
  const sending = (async () => {
    for (; sent < total; sent++) {
      hash.update(portion);
      if (!socket.write(portion)) await once(socket, 'drain');
    }
  })();
  await sleep(Math.min(seconds, 5));
  const [paused, sentPaused] = [await ask('memory'), sent];
  await ask('resume');
  await sending;
  let arrived = await ask('flooded');
  while (arrived.bytes < total * MB) {
    await sleep(0.05);
    arrived = await ask('flooded');
  }
  if (arrived.hash !== hash.digest('hex')) throw new Error('what arrived is not what was sent');
  const after = await ask('memory');
  socket.destroy();
  return (
    `while reading was paused the peer sent ${sentPaused} of ${total} MB, ` +
    `and the server grew by ${megabytes(paused - before)}; ` +
    `afterwards everything arrived unchanged (${megabytes(after - before)} more in use)`
  );
}

const experiments = { busy, idle: idling, 'slow reader': slowReader, flood: flooding };
for (const [name, experiment] of Object.entries(experiments)) {
  if (!name.includes(values.only)) continue;
  const server = await startServer();
  if (name === 'busy' || values.only !== '')
    console.log(`node ${process.versions.node}, ${server.ports.loop}`);
  console.log(`${name}: ${await run(() => experiment(server))}`);
  server.stop();
}
