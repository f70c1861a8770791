// The proxy and the mail server of examples/ against the same designs on asyncio, uvloop and node:net: the processor
// time of the server's process for a byte, a tunnel or a message.
//
//   pnpm build && node bench/programs.mjs [--rounds 5] [--only TEXT] [--install] [--json]
// `--install` installs uvloop if it is missing.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeCertificate } from './lib/certificate.mjs';
import { pinned } from './lib/pinning.mjs';
import { findRuntimes } from './lib/runtimes.mjs';
import { ServerProcess } from './lib/server-process.mjs';
import { runSuite, suiteOptions } from './lib/suite.mjs';

const run = promisify(execFile);
const options = suiteOptions();
const runtimes = findRuntimes(options);
const fileOf = (name) => fileURLToPath(new URL(`./programs/${name}`, import.meta.url));
const TARGET = 1.2;

const bight = { runtime: runtimes.node, file: 'bight.mjs', env: { BIGHT_LOOP: 'selector' } };
const contenders = {
  bight,
  asyncio: { runtime: runtimes.python, file: 'asyncio_programs.py', loop: 'asyncio' },
  uvloop: { runtime: runtimes.uvloop, file: 'asyncio_programs.py', loop: 'uvloop' },
  node: { runtime: runtimes.node, file: 'node.mjs' },
};
/**
 * With a larger initial heap: V8's small initial heap is collected after a few large messages, and this shows the cost.
 */
const largeHeap = { ...bight, options: ['--initial-old-space-size=256'] };
const forLargeMessages = { ...contenders, 'bight, large heap': largeHeap };
const forTls = {
  ...forLargeMessages,
  'bight, node:tls, large heap': { ...largeHeap, env: { ...bight.env, BIGHT_NATIVE_TLS: 'off' } },
};
const skipped = Object.fromEntries(
  Object.entries(contenders).flatMap(([name, { runtime }]) =>
    'missing' in runtime ? [[name, runtime.missing]] : [],
  ),
);
const credentials = makeCertificate();

/** @param {string} name @param {'proxy' | 'smtp'} kind @param {string} load @param {object} [programs] */
function contest(name, kind, load, programs = contenders) {
  const servers = Object.entries(programs)
    .filter(([contender]) => !(contender in skipped))
    .map(([contender, { runtime, file, loop, env, options: flags = [] }]) => {
      const start = (config) => ({
        command: runtime.command,
        args: [...runtime.args, ...flags, fileOf(file), JSON.stringify({ ...config, loop })],
        env,
      });
      return [contender, new ServerProcess(start, { kind, ...credentials })];
    });
  const measure = (server) => () =>
    server.measured(async ({ child, target }) => {
      const args = [fileOf('load.mjs'), target, String(child.pid), load];
      const { stdout } = await run(...pinned(1, process.execPath, args));
      const { cpuNs, count } = JSON.parse(stdout);
      return cpuNs / count;
    });
  return {
    name,
    base: 'bight',
    // Enough for V8 to compile the server's code: until then a message takes two to three times as long.
    warmUps: 10,
    contenders: Object.fromEntries(servers.map(([contender, server]) => [contender, measure(server)])),
    targets: { asyncio: TARGET },
    stop: () => Promise.all(servers.map(([, server]) => server.stop())),
  };
}

const contests = [
  contest('proxy, 64 MB, a megabyte', 'proxy', 'megabytes'),
  contest('proxy, 400 tunnels, one of them', 'proxy', 'tunnels'),
  contest('proxy, ping-pong, 64 B there and back', 'proxy', 'ping-pong'),
  contest('SMTP, 200 connections, one of them', 'smtp', 'connections'),
  contest('SMTP, 500 messages of 2 KB on one connection, one of them', 'smtp', 'messages'),
  contest('SMTP, a message of 4 MB', 'smtp', 'large', forLargeMessages),
  contest('SMTP, a message of 4 MB over TLS', 'smtp', 'large over TLS', forTls),
];
await runSuite('programs', contests, { ...options, rounds: Number(options.rounds ?? 5), skipped });
