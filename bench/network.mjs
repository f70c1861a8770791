// The network on Node's own sockets against bare servers on Node's own modules: the cost of a message for the server's
// process, and the number of echoes per second. servers.mjs has the selector and foreign servers.
//
// Since streams are awaited, there is also a bare server with an async function for each client. Since a datagram
// transport reports datagrams that could not be sent, there is also a bare server that gets these errors.
//
//   pnpm build && node bench/network.mjs [--rounds 9] [--seconds 0.5] [--only TEXT]
import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeCertificate } from './lib/certificate.mjs';
import { pinned } from './lib/pinning.mjs';
import { median } from './lib/rounds.mjs';
import { findRuntimes } from './lib/runtimes.mjs';
import { ServerProcess, serverCommands } from './lib/server-process.mjs';
import { suiteOptions } from './lib/suite.mjs';

const options = suiteOptions();
const rounds = Number(options.rounds ?? 9);
const seconds = Number(options.seconds ?? 0.5);
const commands = serverCommands(findRuntimes(options));
const run = promisify(execFile);

const ours = { protocol: 0.95, streams: 0.8 };
const contests = [
  { name: 'TCP, 10 connections', transport: 'tcp', connections: 10, targets: ours },
  { name: 'TCP, 100 connections', transport: 'tcp', connections: 100, targets: ours },
  { name: 'Unix, 100 connections', transport: 'unix', connections: 100, targets: {} },
  { name: 'TLS, 100 connections', transport: 'tls', connections: 100, targets: ours },
  {
    name: 'UDP, 32 under way',
    transport: 'udp',
    connections: 32,
    bytes: 64,
    styles: ['protocol'],
    bare: 'checked',
    targets: { protocol: 0.95 },
  },
];

async function loadOverTls(server, connections, bytes) {
  const { child, target } = await server.ready();
  const client = fileURLToPath(new URL('./lib/tls-load.mjs', import.meta.url));
  const { stdout } = await run(
    ...pinned(1, process.execPath, [client, target, child.pid, connections, bytes, seconds].map(String)),
  );
  return JSON.parse(stdout);
}

function load(server, { transport, connections, bytes = 1024 }) {
  if (transport === 'tls') return loadOverTls(server, connections, bytes);
  return server.load(transport === 'udp' ? 'datagram' : 'echo', connections, bytes, seconds);
}

async function compete(contest) {
  const { transport, styles = ['protocol', 'streams'], bare = 'awaited' } = contest;
  const config = { transport, mode: 'echo', ...(transport === 'tls' ? makeCertificate() : {}) };
  const servers = {
    node: new ServerProcess(commands.node.start, config),
    [`node, ${bare}`]: new ServerProcess(commands.node.start, { ...config, style: bare }),
  };
  for (const style of styles)
    servers[style] = new ServerProcess(commands['bight, proactor'].start, { ...config, style });
  const names = Object.keys(servers);
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  try {
    // A warm-up round, which does not count.
    for (let round = -1; round < rounds; round++) {
      for (let turn = 0; turn < names.length; turn++) {
        const name = names[(turn + round + names.length) % names.length];
        const { cpuNs, count, seconds: elapsed } = await load(servers[name], contest);
        if (round >= 0) samples[name].push({ ns: cpuNs / count, rate: count / elapsed });
      }
    }
  } finally {
    await Promise.all(Object.values(servers).map((server) => server.stop()));
  }
  const theirs = samples.node;
  return names.map((name) => ({
    name,
    ns: median(samples[name].map(({ ns }) => ns)),
    rate: median(samples[name].map(({ rate }) => rate)),
    // For both figures more is better: the bare server's cost divided by ours, and our rate divided by the bare
    // server's.
    economy: median(samples[name].map(({ ns }, round) => theirs[round].ns / ns)),
    throughput: median(samples[name].map(({ rate }, round) => rate / theirs[round].rate)),
  }));
}

console.log(
  `node ${process.versions.node}, ${path.basename(process.execPath)}, ${rounds} rounds of ${seconds} s`,
);
for (const contest of contests) {
  if (!contest.name.includes(options.only ?? '')) continue;
  console.log(contest.name);
  for (const { name, ns, rate, economy, throughput } of await compete(contest)) {
    const target = contest.targets[name];
    console.log(
      `  ${name.padEnd(14)}${ns.toFixed(0).padStart(7)} ns of processor time, ${economy.toFixed(2)} × node;` +
        `${rate.toFixed(0).padStart(8)} messages/s, ${throughput.toFixed(2)} × node` +
        (target === undefined ? '' : `; target ${target}`),
    );
  }
}
