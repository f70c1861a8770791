// Compares servers: bight, a C server on epoll, uvloop, asyncio, Node's own modules, Bun and Deno. The figures are the
// processor time, or the memory, of the server's process for a message, a connection or a byte.
//
//   pnpm build && node bench/servers.mjs [--rounds 5] [--seconds 0.5] [--only TEXT] [--against NAMES] [--full] [--install] [--json]
//
// `--full` measures every size with every style and number of connections; otherwise only the combinations with
// targets. `--against` names contenders, separated by commas. `--install` installs missing peers.
//
// Without any of these options, and without `--rounds` and `--only`, it takes less than five minutes: it measures only
// contenders with targets, each for a shorter time.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeCertificate } from './lib/certificate.mjs';
import { findRuntimes } from './lib/runtimes.mjs';
import { secureLoad } from './lib/secure-load.mjs';
import { ServerProcess, serverCommands } from './lib/server-process.mjs';
import { PER_SECOND, runSuite, suiteOptions } from './lib/suite.mjs';

const options = suiteOptions({ against: { type: 'string' } });
/** Whether all contests are to be over in a few minutes. */
const isBrief = options.isLimited && options.only === undefined && options.against === undefined;
const seconds = Number(options.seconds ?? (isBrief ? 0.2 : 0.5));
const KB = 1024;
const FILE_BYTES = 256 * KB * KB;
const IDLE_CONNECTIONS = 10_000;

const commands = serverCommands(findRuntimes(options));
// Some names have a comma with a space behind it.
const wanted =
  options.against?.split(/,(?! )/) ??
  (isBrief
    ? ['bight', 'C epoll', 'C epoll, kept memory', 'C epoll, own memory', 'uvloop', 'asyncio', 'node']
    : Object.keys(commands));
const skipped = {};
for (const [name, { missing }] of Object.entries(commands)) {
  if (missing !== undefined && wanted.includes(name)) skipped[name] = missing;
}
for (const [name, reason] of Object.entries(skipped)) {
  if (!options.json) console.log(`skipped: ${name} (${reason})`);
}

const directory = mkdtempSync(path.join(tmpdir(), 'bight-bench-'));
const file = path.join(directory, 'file');
writeFileSync(file, Buffer.alloc(FILE_BYTES, 'x'));
const credentials = makeCertificate();

/** All contenders. */
const every = ['bight', 'bight, proactor', 'C epoll', 'uvloop', 'asyncio', 'node', 'Bun', 'Deno'];
const everyAndKept = [...every, 'C epoll, kept memory'];
const withStyles = ['bight', 'bight, proactor', 'uvloop', 'asyncio'];

/**
 * A contest between servers with the same configuration.
 *
 * @param {string} name @param {object} config @param {(server: ServerProcess) => Promise<number>} measure
 * @param {{ contenders?: string[], atMost?: Record<string, number>, unit?: string, warmUps?: number }} [more] `atMost`:
 *   what ours may cost, as a multiple of what theirs does
 */
function contest(name, config, measure, { contenders = every, atMost = {}, unit, warmUps } = {}) {
  const servers = {};
  for (const contender of ['bight', ...contenders]) {
    if (!wanted.includes(contender) && contender !== 'bight') continue;
    const { start } = commands[contender];
    if (start === undefined) continue;
    // The styles are those of asyncio programs; the other contenders have only one style.
    servers[contender] = new ServerProcess(start, config);
  }
  return {
    name,
    unit,
    warmUps,
    base: 'bight',
    contenders: Object.fromEntries(
      Object.entries(servers).map(([contender, server]) => [contender, () => measure(server)]),
    ),
    targets: Object.fromEntries(Object.entries(atMost).map(([other, ratio]) => [other, 1 / ratio])),
    stop: () => Promise.all(Object.values(servers).map((server) => server.stop())),
  };
}

const perMessage = ({ cpuNs, count }) => cpuNs / count;

const echoed = (connections, bytes) => async (server) =>
  perMessage(await server.load('echo', connections, bytes, seconds));

const securelyEchoed = (connections, bytes) => async (server) =>
  perMessage(await secureLoad(server, connections, bytes, seconds));

function echo({ transport = 'tcp', mode = 'echo', style = 'protocol', size, connections, ...more }) {
  const kind = [
    transport.toUpperCase(),
    mode === 'echo' ? 'echo' : 'two writes',
    style === 'protocol' ? '' : style,
  ];
  const name = `${kind.filter(Boolean).join(' ')}, ${size} KB, ${connections} connections`;
  const measure = transport === 'tls' ? securelyEchoed : echoed;
  const config = { transport, mode, style, ...(transport === 'tls' ? credentials : {}) };
  const contenders = (more.contenders ?? every).filter(
    // The C server has no TLS, and only the selector has sockets.
    (other) =>
      !(other === 'C epoll' && transport === 'tls') && !(other === 'bight, proactor' && style === 'sockets'),
  );
  return contest(name, config, measure(connections, size * KB), { ...more, contenders });
}

const usual = { 'C epoll': 1.25, uvloop: 1.05, node: 0.75 };

function standardContests() {
  return [
    ...[10, 100].map((connections) => echo({ size: 1, connections, atMost: usual })),
    echo({
      mode: 'two-writes',
      size: 1,
      connections: 100,
      atMost: { 'C epoll': 1.35, uvloop: 1.05, node: 0.75 },
    }),
    echo({
      size: 10,
      connections: 100,
      contenders: everyAndKept,
      atMost: { 'C epoll': 1.35, 'C epoll, kept memory': 1.3, uvloop: 1.1, node: 0.6 },
    }),
    echo({
      size: 100,
      connections: 100,
      contenders: everyAndKept,
      atMost: { 'C epoll': 1.5, asyncio: 1.15, uvloop: 1.2, node: 0.5 },
    }),
    ...[10, 100].map((size) =>
      echo({
        style: 'borrowed',
        size,
        connections: 100,
        contenders: everyAndKept,
        atMost: { 'C epoll': 1.1 },
      }),
    ),
    echo({
      style: 'buffered',
      size: 100,
      connections: 100,
      contenders: [...every, 'C epoll, own memory'],
      atMost: { 'C epoll': 1.1, 'C epoll, own memory': 1.1, uvloop: 1.05, node: 0.5 },
    }),
    echo({
      style: 'streams',
      size: 1,
      connections: 100,
      contenders: ['C epoll', 'node', 'bight, promises', ...withStyles],
      atMost: { 'C epoll': 1.5, uvloop: 0.75 },
    }),
    echo({
      style: 'sockets',
      size: 1,
      connections: 100,
      contenders: ['C epoll', ...withStyles],
      atMost: { 'C epoll': 2, uvloop: 0.3 },
    }),
    echo({ transport: 'unix', size: 1, connections: 100 }),
    echo({ transport: 'tls', size: 1, connections: 100 }),
  ];
}

function fullContests() {
  const contests = [];
  for (const transport of ['tcp', 'unix', 'tls']) {
    for (const style of ['protocol', 'buffered', 'streams', 'sockets']) {
      if (style === 'sockets' && transport !== 'tcp') continue;
      for (const size of [1, 10, 100]) {
        for (const connections of [10, 100]) {
          const contenders = style === 'protocol' ? every : ['C epoll', 'node', ...withStyles];
          contests.push(echo({ transport, style, size, connections, contenders }));
        }
      }
    }
  }
  return [...contests, datagrams({ size: 1 }), datagrams({ size: 10 })];
}

/** A contest with datagrams, which cannot have 100 KB. */
function datagrams({ size, ...more }) {
  const bytes = size * KB;
  const name = size < 1 ? `${bytes} B` : `${size} KB`;
  return contest(
    `UDP echo, ${name}, 32 under way`,
    { transport: 'udp', mode: 'echo' },
    async (server) => perMessage(await server.load('datagram', 32, bytes, seconds)),
    more,
  );
}

const others = [
  datagrams({ size: 1 / 16, atMost: { 'C epoll': 1.3, uvloop: 0.65, node: 0.5 } }),
  contest(
    'accept, 64 B there and back, close',
    { transport: 'tcp', mode: 'echo' },
    async (server) => perMessage(await server.load('accept', 10, 64, seconds)),
    // There are too few connections in a round for V8 to have compiled what they need.
    { atMost: { 'C epoll': 1.3, uvloop: 1, node: 0.7 }, warmUps: 4 },
  ),
  contest(
    'connections there and back, by the clock',
    { transport: 'tcp', mode: 'echo' },
    async (server) => {
      const { seconds: elapsed, count } = await server.load('accept', 10, 64, seconds);
      return (elapsed * 1e9) / count;
    },
    { unit: PER_SECOND },
  ),
  contest(
    'sendfile, 256 MB',
    { transport: 'tcp', mode: 'download', file },
    async (server) => perMessage(await server.load('download', 1)),
    {
      // uvloop and Bun's sockets have no sendfile().
      contenders: ['bight, proactor', 'C epoll', 'asyncio', 'node', 'Deno'],
      atMost: { 'C epoll': 1.1, node: 0.5 },
      unit: 'ns/B',
    },
  ),
  contest(
    'memory of an idle connection',
    { transport: 'tcp', mode: 'echo' },
    async (server) => {
      // A new process every time, since a server would reuse the memory of the last round.
      await server.stop();
      await server.load('echo', 100, 64, 0.2);
      const { bytes } = await server.load('idle', IDLE_CONNECTIONS);
      return Math.max(bytes, 1) / IDLE_CONNECTIONS;
    },
    { atMost: { uvloop: 1, node: 0.4 }, unit: 'B', warmUps: 0 },
  ),
];

try {
  const contests = [...(options.full ? fullContests() : standardContests()), ...others];
  await runSuite('servers', contests, { ...options, rounds: Number(options.rounds ?? 5), skipped });
} finally {
  rmSync(directory, { recursive: true, force: true });
}
