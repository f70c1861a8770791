// Subprocesses against Node's own child_process and CPython's asyncio.
//
//   pnpm build && node bench/processes.mjs [--rounds 9] [--only TEXT] [--full] [--json]
//
// `--full` sends a gigabyte through `cat`, instead of 256 megabytes.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createSubprocessExec, DEVNULL, gather, newEventLoop, PIPE } from 'bight';
import { nativeProgram } from './lib/native.mjs';
import { startPythonPeer } from './lib/python-peer.mjs';
import { elapsedPerOperation, nanosecondsPerOperation } from './lib/rounds.mjs';
import { findRuntimes } from './lib/runtimes.mjs';
import { runSuite, suiteOptions } from './lib/suite.mjs';

const options = suiteOptions();
const SPAWNS = 100;
const FEW_SPAWNS = 20;
const megabytes = options.full ? 1024 : 256;
const chunk = Buffer.alloc(1 << 20);

const loop = newEventLoop();
const peer = await startPythonPeer(findRuntimes(options).python, 'asyncio_processes.py');

const clocks = { elapsed: elapsedPerOperation, cpu: nanosecondsPerOperation };

/** Runs several sequences of spawns side by side. */
const sequences = (parallel, spawns, sequence) =>
  Array.from({ length: parallel }, () => () => sequence(spawns / parallel));

const spawnOurs =
  (parallel, pipes, spawns = SPAWNS) =>
  () => {
    const stdio = pipes ? PIPE : DEVNULL;
    const sequence = async (count) => {
      for (let i = 0; i < count; i++) {
        const child = await createSubprocessExec('true', [], { stdin: stdio, stdout: stdio, stderr: stdio });
        await child.wait();
      }
    };
    return loop.runUntilComplete(() => gather(sequences(parallel, spawns, sequence)));
  };

const spawnTheirs =
  (parallel, pipes, spawns = SPAWNS) =>
  async () => {
    const sequence = async (count) => {
      for (let i = 0; i < count; i++) {
        await once(spawn('true', [], { stdio: pipes ? 'pipe' : 'ignore' }), 'exit');
      }
    };
    await Promise.all(sequences(parallel, spawns, sequence).map((start) => start()));
  };

const pumpOurs = () =>
  loop.runUntilComplete(async () => {
    const child = await createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE });
    const feed = async () => {
      for (let i = 0; i < megabytes; i++) {
        child.stdin.write(chunk);
        await child.stdin.drain();
      }
      child.stdin.close();
    };
    const count = async () => {
      let received = 0;
      for (
        let data = await child.stdout.read(1 << 20);
        data.length > 0;
        data = await child.stdout.read(1 << 20)
      ) {
        received += data.length;
      }
      return received;
    };
    const [, received] = await gather([feed, count]);
    await child.wait();
    check(received);
  });

const pumpTheirs = async () => {
  const child = spawn('cat', [], { stdio: ['pipe', 'pipe', 'inherit'] });
  const feed = async () => {
    for (let i = 0; i < megabytes; i++) {
      if (!child.stdin.write(chunk)) await once(child.stdin, 'drain');
    }
    child.stdin.end();
  };
  const count = async () => {
    let received = 0;
    for await (const data of child.stdout) received += data.length;
    return received;
  };
  const exit = once(child, 'exit');
  const [, received] = await Promise.all([feed(), count()]);
  await exit;
  check(received);
};

function check(received) {
  if (received !== megabytes << 20) throw new Error(`${received} bytes came back`);
}

/** A contest of ours, Node's and Python's, by one of the clocks. */
function contest(name, clock, count, ours, theirs, request, targets) {
  const measure = clocks[clock];
  return {
    name: `${name}, ${clock === 'cpu' ? 'CPU' : clock}`,
    base: 'bight',
    contenders: {
      bight: () => measure(count, ours),
      child_process: () => measure(count, theirs),
      ...(peer.measure && { asyncio: () => peer.measure(JSON.stringify({ ...request, clock })) }),
    },
    targets,
  };
}

const program = nativeProgram('spawn');
/** The system's own cost of a process. */
const floor =
  'missing' in program
    ? {}
    : {
        'C posix_spawn': () =>
          JSON.parse(execFileSync(program.file, [String(SPAWNS)], { encoding: 'utf8' })).ns,
      };

const SPAWN_TARGETS = { child_process: 1 / 0.75, asyncio: 1 / 1.15 };
const HEAP = 1 << 30;
const heap = [];

/** The same in a process with large memory, such as a server: a fork copies its page tables. */
const withLargeHeap = (measure) => () => {
  if (heap.length === 0) heap.push(Buffer.alloc(HEAP, 1));
  return measure();
};

const largeHeap = (clock) => ({
  name: `spawn true and wait, 10 at once, with 1 GB of memory, ${clock === 'cpu' ? 'CPU' : clock}`,
  base: 'bight',
  contenders: {
    bight: withLargeHeap(() => clocks[clock](FEW_SPAWNS, spawnOurs(10, false, FEW_SPAWNS))),
    child_process: withLargeHeap(() => clocks[clock](FEW_SPAWNS, spawnTheirs(10, false, FEW_SPAWNS))),
  },
  targets: clock === 'elapsed' ? { child_process: 1 / 0.3 } : undefined,
});

const contests = [
  ...[1, 10].flatMap((parallel) =>
    [false, true].flatMap((pipes) =>
      ['elapsed', 'cpu'].map((clock) =>
        contest(
          `spawn true and wait${pipes ? ', three pipes' : ''}, ${parallel} at once`,
          clock,
          SPAWNS,
          spawnOurs(parallel, pipes),
          spawnTheirs(parallel, pipes),
          { operation: 'spawn', count: SPAWNS, parallel, pipes },
          clock === 'elapsed' ? SPAWN_TARGETS : undefined,
        ),
      ),
    ),
  ),
  ...['elapsed', 'cpu'].map((clock) =>
    contest(`${megabytes} MB through cat, a MB`, clock, megabytes, pumpOurs, pumpTheirs, {
      operation: 'pump',
      megabytes,
    }),
  ),
  // These come last, since later contests would have the memory, too.
  ...['elapsed', 'cpu'].map(largeHeap),
];

// A program in C takes part in the first contest.
Object.assign(contests[0].contenders, floor);

const skipped = {
  ...('missing' in peer && { asyncio: peer.missing }),
  ...('missing' in program && { 'C posix_spawn': program.missing }),
};
await runSuite('processes', contests, { ...options, rounds: Number(options.rounds ?? 9), skipped });
peer.stop?.();
loop.close();
