// Keeps a loop busy for a long time with everything that comes and goes (connections, tasks, timers, processes), rests now
// and then, and looks whether anything has become more that should not. Prints what it measured at every rest; ends with
// status 1 when something grows.
//
//   pnpm soak [--minutes 10] [--loop proactor|selector] [--seed 1]
//
// Without --loop, the time is divided between both.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ProactorEventLoop, SelectorEventLoop } from 'bight';
import Table from 'cli-table3';
import { Churn } from './churn.mjs';
import { growth, sample } from './sample.mjs';

const LOOPS = { proactor: ProactorEventLoop, selector: SelectorEventLoop };
const RESTS = 24;

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    loop: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const minutes = Number(options.minutes);
if (!(minutes > 0)) throw new Error(`--minutes must be a positive number, not ${options.minutes}`);

if (options.loop === undefined) process.exitCode = runBoth();
else process.exitCode = await soak(options.loop);

/** Each loop in a process of its own, so that neither finds what the other has left. */
function runBoth() {
  const half = String(minutes / 2);
  const statuses = Object.keys(LOOPS).map((loop) => {
    const args = ['--expose-gc', fileURLToPath(import.meta.url), '--minutes', half, '--loop', loop];
    return spawnSync(process.execPath, [...args, '--seed', options.seed], { stdio: 'inherit' }).status;
  });
  return statuses.every((status) => status === 0) ? 0 : 1;
}

async function soak(name) {
  const Loop = LOOPS[name];
  if (Loop === undefined) throw new Error(`there is no loop ${name}: ${Object.keys(LOOPS).join(' or ')}`);
  console.log(`The ${name} loop on Node.js ${process.version}, ${minutes} minutes, seed ${options.seed}`);
  const loop = new Loop();
  const samples = await loop.runUntilComplete(() => churn(loop));
  loop.assertNoLeaks();
  loop.close();
  print(samples);
  const problems = growth(samples);
  for (const problem of problems) console.log(`grows: ${problem}`);
  if (problems.length === 0) console.log('nothing grows');
  return problems.length === 0 ? 0 : 1;
}

async function churn(loop) {
  const churning = new Churn(loop, Number(options.seed));
  await churning.start();
  const samples = [];
  const began = performance.now();
  for (let rest = 1; rest <= RESTS; rest++) {
    await churning.runUntil(began + (rest / RESTS) * minutes * 60_000);
    samples.push(await sample(loop, churning.counts, (performance.now() - began) / 1000));
    if (process.stdout.isTTY) process.stdout.write(`\r${rest} of ${RESTS} rests`);
  }
  if (process.stdout.isTTY) process.stdout.write('\r');
  await churning.stop();
  return samples;
}

function print(samples) {
  const [first] = samples;
  const table = new Table({ head: Object.keys(first), style: { head: [], compact: true } });
  for (const row of samples) table.push(Object.values(row));
  console.log(table.toString());
}
