// The cost of an import in addition to the runtime: processor time and resident memory.
//
//   pnpm build && node bench/start.mjs [--rounds 11] [--node FILE] [--python FILE]
// A bundle of all packages, and V8's compile cache, show the cost without Node's resolution and compilation of modules.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { build } from 'esbuild';
import { pinned } from './lib/pinning.mjs';
import { median } from './lib/rounds.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '11' },
    node: { type: 'string', default: process.execPath },
    python: { type: 'string', default: 'python3' },
  },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds must be a positive integer');

const distOf = (name) => new URL(`../packages/${name}/dist/index.js`, import.meta.url).href;
const folder = mkdtempSync(path.join(tmpdir(), 'bight-start-'));
const bundle = pathToFileURL(path.join(folder, 'bundle.mjs')).href;

const REPORT = `const { userCPUTime, systemCPUTime } = process.resourceUsage();
  console.log(JSON.stringify([(userCPUTime + systemCPUTime) / 1e3, process.memoryUsage.rss() / 2 ** 20]));`;
const PYTHON_REPORT = `import resource
usage = resource.getrusage(resource.RUSAGE_SELF)
pages = int(open('/proc/self/statm').read().split()[1])
print([1e3 * (usage.ru_utime + usage.ru_stime), pages * resource.getpagesize() / 2 ** 20])`;

/** Processor time in milliseconds and memory in megabytes of a Node process that has imported a module. */
function nodeWith(specifier, cache) {
  const program = specifier === null ? REPORT : `await import(${JSON.stringify(specifier)}); ${REPORT}`;
  const env = { ...process.env };
  if (cache === undefined) delete env.NODE_COMPILE_CACHE;
  else env.NODE_COMPILE_CACHE = path.join(folder, cache);
  return measure(values.node, ['--input-type=module', '-e', program], env);
}

const pythonWith = (program) => measure(values.python, ['-c', `${program}\n${PYTHON_REPORT}`], process.env);

function measure(program, args, env) {
  const [command, all] = pinned(0, program, args);
  return JSON.parse(execFileSync(command, all, { encoding: 'utf8', env }));
}

const runtimes = { node: () => nodeWith(null), python: () => pythonWith('') };
const contenders = [
  ['@bight/contextvars', 'node', () => nodeWith(distOf('contextvars'))],
  ['@bight/loop-core', 'node', () => nodeWith(distOf('loop-core'))],
  ['bight', 'node', () => nodeWith(distOf('bight'))],
  ['bight, compile cache', 'node', () => nodeWith(distOf('bight'), 'modules')],
  ['bight in one file', 'node', () => nodeWith(bundle)],
  ['bight in one file, compile cache', 'node', () => nodeWith(bundle, 'bundle')],
  ['asyncio', 'python', () => pythonWith('import asyncio')],
];

try {
  await build({
    entryPoints: [path.join(import.meta.dirname, '../packages/bight/dist/index.js')],
    outfile: path.join(folder, 'bundle.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
  });
  // Fills the caches.
  for (const [, , run] of contenders) run();
  const samples = contenders.map(() => []);
  for (let round = 0; round < rounds; round++) {
    const bare = { node: runtimes.node(), python: runtimes.python() };
    for (const [index, [, runtime, run]] of contenders.entries()) {
      const found = run();
      samples[index].push(found.map((value, each) => value - bare[runtime][each]));
    }
  }
  const table = new Table({
    head: ['import', 'processor time', 'memory'],
    colAligns: ['left', 'right', 'right'],
  });
  for (const [index, [name]] of contenders.entries()) {
    const middle = (each) => median(samples[index].map((sample) => sample[each]));
    table.push([name, `${middle(0).toFixed(0)} ms`, `${middle(1).toFixed(1)} MB`]);
  }
  console.log(table.toString());
} finally {
  rmSync(folder, { recursive: true, force: true });
}
