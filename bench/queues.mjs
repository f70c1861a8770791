// Jobs through Redis: @bight/executor-bullmq against BullMQ alone, with the same workers, concurrency and number of
// pending jobs; and against BullMQ that keeps the results, as bight does.
//
//   pnpm build && node bench/queues.mjs [--rounds 5] [--jobs 20000] [--only TEXT] [--json]
//   pnpm build && node bench/queues.mjs --once 1000000
// `--once` sends the number of jobs through bight in one run, and prints the memory of the three processes. Redis, the
// worker and the submitter are one process each. `elapsed` matters on a machine with cores for all of them, `processor
// time`, the sum over all three, on other machines.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runSuite, suiteOptions } from './lib/suite.mjs';
import {
  latencyWithBight,
  latencyWithBullMQ,
  mapWithBight,
  mapWithBullMQ,
  mapWithKeptResults,
} from './queues/clients.mjs';
import { startRedis } from './queues/redis-server.mjs';

const options = suiteOptions({ jobs: { type: 'string' }, once: { type: 'string' } });
const jobs = Number(options.jobs ?? 20_000);
const CONCURRENCY = 50;
/** The most pending jobs. */
const AHEAD = 5000;
/** The number of jobs that are measured one by one. */
const SAMPLES = 1000;
const TICK_NS = 1e7;
const MEGABYTE = 2 ** 20;

const redis = await startRedis();
const workers = new Map();

/** The worker of a library, started when it is first measured, and the name of its queue. */
async function workerOf(library) {
  const known = workers.get(library);
  if (known !== undefined) return known;
  const program = fileURLToPath(new URL('./queues/worker.mjs', import.meta.url));
  const child = spawn(process.execPath, [program, library, redis.url, library, CONCURRENCY], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  workers.set(library, child);
  return child;
}

/** The processor time of a process, in nanoseconds. */
function processorTime(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_NS;
}

function residentMegabytes(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

const KEPT = 'BullMQ, results kept';
const submitters = { bight: mapWithBight, BullMQ: mapWithBullMQ, [KEPT]: mapWithKeptResults };
/** The last round's figures: processor and elapsed time are measured together. */
const last = {};

async function sendThrough(library, count) {
  const worker = await workerOf(library);
  const pids = [process.pid, worker.pid, redis.pid];
  const before = pids.map(processorTime);
  const beganMs = performance.now();
  await submitters[library]({ url: redis.url, queue: library, count, ahead: AHEAD });
  const elapsedNs = (performance.now() - beganMs) * 1e6;
  const used = pids.map((pid, index) => processorTime(pid) - before[index]);
  last[library] = used.map((ns) => ns / count);
  return { elapsed: elapsedNs / count, processor: used.reduce((a, b) => a + b) / count };
}

const latencies = { bight: latencyWithBight, BullMQ: latencyWithBullMQ };

async function latency(library, share) {
  await workerOf(library);
  const times = await latencies[library]({ url: redis.url, queue: library, count: SAMPLES });
  times.sort((a, b) => a - b);
  return times[Math.min(times.length - 1, Math.floor(times.length * share))] * 1e6;
}

const contest = (name, measure, libraries, targets) => ({
  name,
  base: 'bight',
  contenders: Object.fromEntries(libraries.map((library) => [library, () => measure(library)])),
  targets,
});
const atMost = (ratio) => ({ BullMQ: 1 / ratio, [KEPT]: 1 / ratio });
const senders = Object.keys(submitters);

const contests = [
  contest(
    `${jobs} small jobs, elapsed`,
    async (name) => (await sendThrough(name, jobs)).elapsed,
    senders,
    atMost(1.2),
  ),
  contest(
    `${jobs} small jobs, processor time of all processes`,
    async (name) => (await sendThrough(name, jobs)).processor,
    senders,
    atMost(1.2),
  ),
  ...[0.5, 0.9, 0.99].map((share) =>
    contest(
      `one job after the other, percentile ${share * 100}`,
      (name) => latency(name, share),
      Object.keys(latencies),
    ),
  ),
];

async function sendOnce(count) {
  const worker = await workerOf('bight');
  const names = ['submitter', 'worker', 'Redis'];
  const measure = async () => [
    residentMegabytes(process.pid),
    residentMegabytes(worker.pid),
    (await redis.usedMemory()) / MEGABYTE,
  ];
  const rows = [];
  const beganMs = performance.now();
  const every = count / 10;
  await mapWithBight({
    url: redis.url,
    queue: 'bight',
    count,
    ahead: AHEAD,
    onResult(number) {
      if ((number + 1) % every !== 0) return;
      const seconds = (performance.now() - beganMs) / 1000;
      void measure().then((sizes) => {
        rows.push(sizes);
        const memory = names.map((name, index) => `${name} ${sizes[index].toFixed(0)} MB`).join(', ');
        console.log(`${number + 1} jobs in ${seconds.toFixed(1)} s: ${memory}`);
      });
    },
  });
  const seconds = (performance.now() - beganMs) / 1000;
  console.log(`${count} jobs, ${Math.round(count / seconds)} a second`);
  console.log(`keys left in Redis beside the worker's: ${(await redis.keys()).join(', ') || 'none'}`);
}

try {
  if (options.once !== undefined) await sendOnce(Number(options.once));
  else {
    await runSuite('queues', contests, { ...options, rounds: Number(options.rounds ?? 5) });
    if (!options.json) {
      for (const [name, used] of Object.entries(last)) {
        const [submitter, worker, server] = used.map((ns) => `${(ns / 1000).toFixed(0)} µs`);
        console.log(`${name}, a job: submitter ${submitter}, worker ${worker}, Redis ${server}`);
      }
    }
  }
} finally {
  for (const child of workers.values()) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await redis.stop();
}
