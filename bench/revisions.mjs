// Compares this tree with another revision of it: the costs of frequent operations, in interleaved rounds.
//
//   pnpm bench --compare REVISION [--node FILE] [--rounds 9] [--launches 3] [--only TEXT] [--json]
// The other revision is checked out, installed and built in a temporary folder, and kept there for the next run. This
// tree has to be built. Each figure is processor time, and its ratio the median of the rounds' ratios.
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeCertificate } from './lib/certificate.mjs';
import { pinned } from './lib/pinning.mjs';
import { compete, median } from './lib/rounds.mjs';
import { secureLoad } from './lib/secure-load.mjs';
import { ServerProcess } from './lib/server-process.mjs';
import { progress, suiteOptions } from './lib/suite.mjs';
import { figure, revisionsTable } from './lib/table.mjs';

const options = suiteOptions({
  revision: { type: 'string' },
  node: { type: 'string', default: process.execPath },
  launches: { type: 'string', default: '3' },
});
const [rounds, launches] = [Number(options.rounds ?? 9), Number(options.launches)];
const seconds = Number(options.seconds ?? 0.4);
const [only, KB] = [options.only ?? '', 1024];
if (options.revision === undefined) throw new Error('which revision? --revision REV');

const here = fileURLToPath(new URL('..', import.meta.url));
const trees = { before: checkOut(options.revision), now: here };

/** A revision in a worktree of its own, built. */
function checkOut(revision) {
  const git = (...args) => execFileSync('git', args, { cwd: here, encoding: 'utf8' }).trim();
  const commit = git('rev-parse', '--short', `${revision}^{commit}`);
  const tree = path.join(tmpdir(), `bight-revision-${commit}`);
  const run = (command, ...args) =>
    execFileSync(command, args, { cwd: tree, stdio: ['ignore', 'ignore', 'inherit'] });
  if (!existsSync(tree)) git('worktree', 'add', '--detach', tree, commit);
  if (!existsSync(path.join(tree, 'node_modules')))
    run('npx', '-y', 'pnpm@12', 'install', '--frozen-lockfile', '--prefer-offline');
  run(process.execPath, 'scripts/build.mjs', '--no-types');
  return tree;
}

/**
 * Measures the operations in both trees in turn, with a new pair of processes after a few rounds, since V8 does not
 * compile the same code equally in each.
 */
async function operations() {
  const program = fileURLToPath(new URL('./revisions/operations.mjs', import.meta.url));
  const found = new Map();
  for (let launch = 0; launch < launches; launch++) {
    const children = Object.entries(trees).map(([, tree]) =>
      fork(program, [tree], { execPath: options.node }),
    );
    const [names] = await Promise.all(children.map(async (child) => (await once(child, 'message'))[0]));
    for (const name of names.filter((name) => name.includes(only))) {
      progress(launch, launches, name);
      const { times, ratios } = found.get(name) ?? { times: [[], []], ratios: [] };
      found.set(name, { times, ratios });
      for (let round = -6; round < rounds; round++) {
        const pair = [];
        for (const which of round % 2 === 0 ? [0, 1] : [1, 0]) pair[which] = await ask(children[which], name);
        if (round < 0) continue;
        for (const which of [0, 1]) times[which].push(pair[which]);
        ratios.push(pair[1] / pair[0]);
      }
    }
    for (const child of children) child.disconnect();
  }
  return [...found].map(([contest, { times, ratios }]) => ({
    contest,
    unit: 'ns',
    before: median(times[0]),
    now: median(times[1]),
    ratio: median(ratios),
  }));
}

async function ask(child, name) {
  child.send(name);
  const answer = new AbortController();
  const ended = once(child, 'exit', { signal: answer.signal }).then(([status, signal]) => {
    throw new Error(`the program of ${name} ended with ${signal ?? `status ${status}`}`);
  });
  ended.catch(() => {});
  const [ns] = await Promise.race([once(child, 'message', { signal: answer.signal }), ended]);
  answer.abort();
  return ns;
}

const credentials = makeCertificate();
const perMessage = ({ cpuNs, count }) => cpuNs / count;
const echoed = (bytes) => async (server) => perMessage(await server.load('echo', 50, bytes, seconds));
const securelyEchoed = (bytes) => async (server) => perMessage(await secureLoad(server, 50, bytes, seconds));

const servers = [];
for (const size of [1, 10, 100])
  for (const style of ['protocol', 'buffered', 'streams'])
    servers.push([
      `TCP echo, ${size} KB, ${style}`,
      { transport: 'tcp', mode: 'echo', style },
      echoed(size * KB),
    ]);
servers.push(
  ['Unix echo, 1 KB', { transport: 'unix', mode: 'echo', style: 'protocol' }, echoed(KB)],
  [
    'UDP echo, 64 B',
    { transport: 'udp', mode: 'echo' },
    async (server) => perMessage(await server.load('datagram', 32, 64, seconds)),
  ],
  [
    'TLS echo, 1 KB',
    { transport: 'tls', mode: 'echo', style: 'protocol', ...credentials },
    securelyEchoed(KB),
  ],
  [
    'TLS echo, 100 KB',
    { transport: 'tls', mode: 'echo', style: 'protocol', ...credentials },
    securelyEchoed(100 * KB),
  ],
  [
    'accept and close',
    { transport: 'tcp', mode: 'echo', style: 'protocol' },
    async (server) => perMessage(await server.load('accept', 10, 64, seconds)),
  ],
  [
    'memory of an idle connection',
    { transport: 'tcp', mode: 'echo', style: 'protocol' },
    async (server) => {
      await server.stop();
      await server.load('echo', 100, 64, 0.2);
      return (await server.load('idle', 5_000)).bytes / 5_000;
    },
    'B',
  ],
);

async function serverContest([name, config, measure, unit = 'ns']) {
  const started = Object.entries(trees).map(([tree, directory]) => {
    const program = path.join(directory, 'bench', 'servers', 'bight.mjs');
    const commandLine = (given) => ({
      command: options.node,
      args: [program, JSON.stringify(given)],
      env: { BIGHT_LOOP: 'selector' },
    });
    return [tree, new ServerProcess(commandLine, config)];
  });
  const contenders = Object.fromEntries(started.map(([tree, server]) => [tree, () => measure(server)]));
  try {
    const [before, now] = await compete({ name, base: 'before', contenders }, rounds);
    return {
      contest: name,
      unit,
      before: before.nanoseconds,
      now: now.nanoseconds,
      ratio: now.timesSlowerThanBase,
    };
  } finally {
    for (const [, server] of started) await server.stop();
  }
}

const startOf = (tree) => () => {
  const program = `await import(${JSON.stringify(path.join(tree, 'packages/bight/dist/index.js'))});
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    console.log(JSON.stringify([userCPUTime + systemCPUTime, process.memoryUsage().rss]))`;
  const [command, args] = pinned(0, options.node, ['--input-type=module', '-e', program]);
  return JSON.parse(execFileSync(command, args, { encoding: 'utf8' }));
};

async function starts() {
  const rows = [];
  for (const [index, contest, unit, scale] of [
    [0, 'start: import of bight, with Node', 'ms', 1e-3],
    [1, 'memory after the import', 'MB', 2 ** -20],
  ]) {
    if (!contest.includes(only)) continue;
    const contenders = Object.fromEntries(
      Object.entries(trees).map(([name, tree]) => [name, () => startOf(tree)()[index] * scale]),
    );
    const [before, now] = await compete({ name: contest, base: 'before', contenders }, rounds);
    rows.push({
      contest,
      unit,
      before: before.nanoseconds,
      now: now.nanoseconds,
      ratio: now.timesSlowerThanBase,
    });
  }
  return rows;
}

const rows = [...(await operations()), ...(await starts())];
for (const server of servers.filter(([name]) => name.includes(only))) rows.push(await serverContest(server));
if (options.json) console.log(JSON.stringify({ rows, skipped: {} }));
else console.log(revisionsTable(rows));
if (!options.json)
  for (const { contest, ratio } of rows) if (ratio > 1.1) console.log(`slower: ${contest}, ${figure(ratio)}`);
