// Keeps a loop busy for a long time (connections, tasks, timers, processes), rests now and then, and checks that
// nothing grows. Prints the figures at every rest; ends with status 1 when something grows.
//
//   pnpm soak [--minutes 10] [--loop proactor|selector] [--seed 1]
//   pnpm soak --self-test [--loop proactor|selector]
//
// Without --loop, the time is divided between both loops. On a loaded machine it takes longer, since all work is done
// at least once between two rests. The self-test makes only short connections, without a leak and with a leak of 200
// bytes per connection: the first run has to find nothing, and the second has to find the leak.
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
const LEAKED_BYTES = 200;
const SELF_TEST_CONNECTIONS = 10_000;

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    loop: { type: 'string' },
    seed: { type: 'string', default: '1' },
    'self-test': { type: 'boolean', default: false },
    // For the self-test: the number of short connections, and the bytes that each of them leaks.
    connections: { type: 'string' },
    leak: { type: 'string', default: '0' },
  },
});
const minutes = Number(options.minutes);
if (!(minutes > 0)) throw new Error(`--minutes must be a positive number, not ${options.minutes}`);

const loops = options.loop === undefined ? Object.keys(LOOPS) : [options.loop];
if (options['self-test']) process.exitCode = loops.every(selfTest) ? 0 : 1;
else if (options.loop === undefined) process.exitCode = runBoth();
else process.exitCode = await soak(options.loop);

/** Runs each loop in a process of its own, so that neither is affected by the other. */
function runBoth() {
  const statuses = loops.map((loop) => runOne(loop, ['--minutes', String(minutes / 2)]));
  return statuses.every((status) => status === 0) ? 0 : 1;
}

/** Checks that a leak is found, and that none is found without a leak. */
function selfTest(loop) {
  const short = ['--connections', String(SELF_TEST_CONNECTIONS)];
  const clean = runOne(loop, short) === 0;
  const found = runOne(loop, [...short, '--leak', String(LEAKED_BYTES)]) === 1;
  console.log(
    `self-test of the ${loop} loop: without a leak ${clean ? 'nothing is found' : 'something is found: WRONG'}`,
  );
  console.log(`self-test of the ${loop} loop: the planted leak is ${found ? 'found' : 'not found: WRONG'}`);
  return clean && found;
}

function runOne(loop, more) {
  const args = [
    '--expose-gc',
    fileURLToPath(import.meta.url),
    '--loop',
    loop,
    '--seed',
    options.seed,
    ...more,
  ];
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status;
}

async function soak(name) {
  const Loop = LOOPS[name];
  if (Loop === undefined) throw new Error(`there is no loop ${name}: ${Object.keys(LOOPS).join(' or ')}`);
  const length =
    options.connections === undefined ? `${minutes} minutes` : `${options.connections} connections`;
  console.log(`The ${name} loop on Node.js ${process.version}, ${length}, seed ${options.seed}`);
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
  const total = options.connections === undefined ? null : Number(options.connections);
  const leaked = [];
  const numbers = Number(options.leak) / Float64Array.BYTES_PER_ELEMENT;
  const leak = numbers > 0 ? () => leaked.push(new Array(numbers).fill(0.5)) : undefined;
  const churning = new Churn(loop, { seed: Number(options.seed), only: total !== null, leak });
  await churning.start();
  const samples = [];
  const began = performance.now();
  for (let rest = 1; rest <= RESTS; rest++) {
    const share = rest / RESTS;
    await churning.runWhile(
      total === null
        ? () => performance.now() < began + share * minutes * 60_000
        : () => churning.counts.connections < share * total,
    );
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
