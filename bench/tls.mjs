// Compares TLS servers: the selector with OpenSSL and with node:tls, a C server on OpenSSL, uvloop, asyncio, Node's own
// module and Bun. The figures are the processor time, or the memory, of the server's process for a message, a handshake
// or a connection. The load is a program in C. The first rounds do not count: V8 compiles what is used often, and in a
// server's first seconds that costs as much as the messages.
//
//   pnpm build && node bench/tls.mjs [--rounds 5] [--seconds 0.5] [--only TEXT] [--against NAMES] [--install] [--json]
// `--against` names contenders, separated by commas. `--install` installs missing peers.
import { makeCertificate } from './lib/certificate.mjs';
import { nativeProgram } from './lib/native.mjs';
import { findRuntimes } from './lib/runtimes.mjs';
import { ServerProcess, serverCommands } from './lib/server-process.mjs';
import { runSuite, suiteOptions } from './lib/suite.mjs';

const options = suiteOptions({ against: { type: 'string' } });
const seconds = Number(options.seconds ?? 0.5);
const KB = 1024;
const IDLE_CONNECTIONS = 2_000;
const WARM_UPS = 6;
const BASE = 'bight, OpenSSL';
const everyone = ['bight, node:tls', 'C OpenSSL', 'uvloop', 'asyncio', 'node', 'Bun'];

const { missing } = nativeProgram('tls-load');
if (missing !== undefined) throw new Error(`TLS cannot be measured: ${missing}`);
const commands = serverCommands(findRuntimes(options));
// The names of our two contenders contain a comma with a space behind it.
const wanted = options.against?.split(/,(?! )/) ?? everyone;
const skipped = {};
for (const name of wanted) {
  if (commands[name]?.missing !== undefined) skipped[name] = commands[name].missing;
}
for (const [name, reason] of Object.entries(skipped)) {
  if (!options.json) console.log(`skipped: ${name} (${reason})`);
}
const credentials = makeCertificate();

/**
 * @param {string} name @param {(server: ServerProcess) => Promise<number>} measure
 * @param {{ style?: string, atMost?: Record<string, number>, unit?: string, warmUps?: number }} [more]
 *   `atMost`: what ours may cost, as a multiple of what theirs does
 */
function contest(name, measure, { style = 'protocol', atMost = {}, unit, warmUps = WARM_UPS } = {}) {
  const servers = {};
  for (const contender of [BASE, ...wanted]) {
    const start = commands[contender]?.start;
    const config = { transport: 'tls', mode: 'echo', style, ...credentials };
    if (start !== undefined) servers[contender] = new ServerProcess(start, config);
  }
  return {
    name,
    unit,
    warmUps,
    base: BASE,
    contenders: Object.fromEntries(
      Object.entries(servers).map(([contender, server]) => [contender, () => measure(server)]),
    ),
    targets: Object.fromEntries(Object.entries(atMost).map(([other, ratio]) => [other, 1 / ratio])),
    stop: () => Promise.all(Object.values(servers).map((server) => server.stop())),
  };
}

const costOf = (mode, connections, bytes) => async (server) => {
  const { cpuNs, count } = await server.loadSecurely(mode, connections, bytes, seconds);
  return cpuNs / count;
};

/** Starts a new process every time, since a server would reuse the memory of the last round. */
async function idleBytes(server) {
  await server.stop();
  await server.loadSecurely('echo', 100, 64, 0.2);
  const { bytes } = await server.loadSecurely('idle', IDLE_CONNECTIONS);
  return Math.max(bytes, 1) / IDLE_CONNECTIONS;
}

const contests = [
  contest('TLS echo, 1 KB, 100 connections', costOf('echo', 100, KB), { atMost: { node: 0.55, Bun: 1 } }),
  contest('TLS echo, 100 KB, 100 connections', costOf('echo', 100, 100 * KB), {
    atMost: { node: 1, Bun: 1 },
  }),
  contest('TLS echo borrowed, 100 KB, 100 connections', costOf('echo', 100, 100 * KB), { style: 'borrowed' }),
  contest('TLS echo streams, 1 KB, 100 connections', costOf('echo', 100, KB), { style: 'streams' }),
  contest('TLS handshake, 64 B there and back, close', costOf('handshake', 10, 64), {
    atMost: { node: 1 / 1.2 },
  }),
  contest('memory of an idle TLS connection', idleBytes, { unit: 'B', warmUps: 0 }),
];

await runSuite('tls', contests, { ...options, rounds: Number(options.rounds ?? 5), skipped });
