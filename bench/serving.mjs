// `serve()` with two workers against one worker: the gain from the second core.
//
//   pnpm build && node bench/serving.mjs [--rounds 5] [--seconds 1] [--only TEXT] [--json]
// The load is the C program of bench/native, which uses a part of the cores. Let W be a worker's processor time for a
// message, and L that of the load. Then two workers on two cores are at most min(2, 2 W / (W + L)) times as fast as
// one. The program ends by printing W, L and this bound.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { nativeProgram } from './lib/native.mjs';
import { median } from './lib/rounds.mjs';
import { PER_SECOND, runSuite, suiteOptions } from './lib/suite.mjs';

const run = promisify(execFile);
const options = suiteOptions();
const seconds = Number(options.seconds ?? 1);
const CONNECTIONS = 64;
const BYTES = 1024;
const TICK_NS = 1e7;

const program = nativeProgram('load');
if ('missing' in program) throw new Error(`servers cannot be measured: ${program.missing}`);

const processorTime = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_NS;
};

async function start(workers, microseconds) {
  const supervisor = fileURLToPath(new URL('./serving/supervisor.mjs', import.meta.url));
  const child = spawn(process.execPath, [supervisor, workers], {
    env: { ...process.env, MICROSECONDS: microseconds },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pids = [];
  let port = 0;
  for await (const line of createInterface(child.stdout)) {
    if (line === 'ready') break;
    const [pid, itsPort] = line.split(' ').map(Number);
    pids.push(pid);
    port = itsPort;
  }
  return { child, pids, port };
}

/** The cost of a message for the workers and for the load, by workload, in nanoseconds. */
const costs = new Map();

function contest(name, microseconds) {
  const servers = new Map();
  const measure = async (workers) => {
    if (!servers.has(workers)) servers.set(workers, start(workers, microseconds));
    const { pids, port } = await servers.get(workers);
    const before = pids.map(processorTime);
    const beganMs = performance.now();
    const words = ['echo', port, pids[0], CONNECTIONS, BYTES, seconds];
    const { stdout } = await run('sh', ['-c', `"$0" "$@"; times`, program.file, ...words.map(String)]);
    const elapsedNs = (performance.now() - beganMs) * 1e6;
    const [json, , loadTimes] = stdout.split('\n');
    const { count } = JSON.parse(json);
    const used = pids.reduce((sum, pid, index) => sum + processorTime(pid) - before[index], 0);
    const known = costs.get(name) ?? { workers: [], load: [] };
    known.workers.push(used / count);
    known.load.push((secondsOf(loadTimes) * 1e9) / count);
    costs.set(name, known);
    return elapsedNs / count;
  };
  return {
    name,
    unit: PER_SECOND,
    base: 'two workers',
    contenders: { 'two workers': () => measure(2), 'one worker': () => measure(1) },
    targets: { 'one worker': 1.7 },
    async stop() {
      for (const server of servers.values()) {
        const { child } = await server;
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
    },
  };
}

/** Parses the processor time that `times` prints for a shell's children: `0m0.123s 0m0.456s`. */
function secondsOf(line) {
  return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, rest]) => sum + minutes * 60 + Number(rest),
    0,
  );
}

const contests = [contest('echo of 1 KB', 0), contest('200 µs of work for each message', 200)];
await runSuite('serving', contests, { ...options, rounds: Number(options.rounds ?? 5) });
if (!options.json) {
  console.log(`${os.availableParallelism()} cores`);
  for (const [name, { workers, load }] of costs) {
    const [w, l] = [median(workers), median(load)];
    const bound = Math.min(2, (2 * w) / (w + l));
    const figures = [w, l].map((ns) => `${(ns / 1000).toFixed(1)} µs`);
    console.log(
      `${name}: a message costs a worker ${figures[0]}, the load ${figures[1]}; at most ${bound.toFixed(2)} times`,
    );
  }
}
