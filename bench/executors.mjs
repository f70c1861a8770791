// The pools of @bight/executors against piscina, and against bare child processes.
//
//   pnpm build && node bench/executors.mjs [--rounds 7] [--only TEXT] [--json]
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ProcessPoolExecutor, ThreadPoolExecutor, taskFrom } from '@bight/executors';
import { importInstalled } from './lib/installed.mjs';
import { elapsedPerOperation, nanosecondsPerOperation } from './lib/rounds.mjs';
import { runSuite, suiteOptions } from './lib/suite.mjs';

const options = suiteOptions();

const { default: Piscina } = await importInstalled('piscina');

const WORKERS = 2;
const work = new URL('./lib/small-call.mjs', import.meta.url);
const add = taskFrom(work, 'add');

const threads = new ThreadPoolExecutor({ maxWorkers: WORKERS });
const processes = new ProcessPoolExecutor({ maxWorkers: WORKERS });
const piscina = new Piscina({ filename: work.href, minThreads: WORKERS, maxThreads: WORKERS });
const children = Array.from({ length: WORKERS }, () => {
  return fork(fileURLToPath(work), { serialization: 'advanced', env: { ...process.env, ANSWER: '1' } });
});

const burst = (call, count) => () => Promise.all(Array.from({ length: count }, (_, i) => call(i, 1)));

const sequence = (call, count) => async () => {
  for (let i = 0; i < count; i++) await call(i, 1);
};

/** Sends one message at a time to every child, and does nothing else. */
const bareProcesses = (count) => () =>
  new Promise((resolve) => {
    let sent = 0;
    let answered = 0;
    for (const child of children) {
      const next = () => {
        if (sent < count) child.send([sent++, 1]);
      };
      child.removeAllListeners('message').on('message', () => {
        if (++answered === count) resolve();
        else next();
      });
      next();
    }
  });

const toThreads = (a, b) => threads.submit(add, [a, b]);
const toPiscina = (a, b) => piscina.run([a, b]);
const toProcesses = (a, b) => processes.submit(add, [a, b]);

const contests = [
  {
    name: '100,000 small calls, CPU',
    base: 'bight',
    contenders: {
      bight: () => nanosecondsPerOperation(1e5, burst(toThreads, 1e5)),
      piscina: () => nanosecondsPerOperation(1e5, burst(toPiscina, 1e5)),
    },
    targets: { piscina: 1 },
  },
  {
    name: '100,000 small calls, elapsed',
    base: 'bight',
    contenders: {
      bight: () => elapsedPerOperation(1e5, burst(toThreads, 1e5)),
      piscina: () => elapsedPerOperation(1e5, burst(toPiscina, 1e5)),
    },
    targets: { piscina: 1 },
  },
  {
    name: 'one call after the other, elapsed',
    base: 'bight',
    contenders: {
      bight: () => elapsedPerOperation(5e3, sequence(toThreads, 5e3)),
      piscina: () => elapsedPerOperation(5e3, sequence(toPiscina, 5e3)),
    },
  },
  {
    name: '5,000 calls to processes, elapsed',
    base: 'bight',
    contenders: {
      bight: () => elapsedPerOperation(5e3, burst(toProcesses, 5e3)),
      'fork and send': () => elapsedPerOperation(5e3, bareProcesses(5e3)),
    },
  },
];

await runSuite('executors', contests, { ...options, rounds: Number(options.rounds ?? 7) });
for (const child of children) child.kill();
await Promise.all([threads.shutdown(), processes.shutdown(), piscina.destroy()]);
