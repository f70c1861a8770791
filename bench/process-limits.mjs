// The memory and descriptors of a program with much data and many processes. Run by hand; CI runs the same with smaller
// numbers (packages/bight/test/subprocess/process-limits.test.ts).
//
//   pnpm build && node --expose-gc bench/process-limits.mjs [--megabytes 1024] [--spawns 10000]
import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createSubprocessExec, createSubprocessShell, DEVNULL, PIPE, run, sleep } from 'bight';

const { values } = parseArgs({
  options: { megabytes: { type: 'string', default: '1024' }, spawns: { type: 'string', default: '10000' } },
});
const megabytes = Number(values.megabytes);
const spawns = Number(values.spawns);
const MB = 1 << 20;

const inMegabytes = (bytes) => `${(bytes / MB).toFixed(0)} MB`;
const descriptors = () => readdirSync('/proc/self/fd').length;

/** The number of bytes that a process has written. */
const writtenBy = (pid) => Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'latin1'))[1]);

function zombies() {
  return readdirSync('/proc').filter((name) => {
    try {
      const [, state, parent] = /^\d+ \(.*\) (\S) (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, 'latin1'));
      return state === 'Z' && Number(parent) === process.pid;
    } catch {
      return false;
    }
  }).length;
}

/** Runs a function, and measures the growth of the process's memory meanwhile. */
async function watched(work) {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 5);
  try {
    await work(() => {
      most = Math.max(most, process.memoryUsage.rss());
    });
  } finally {
    clearInterval(timer);
  }
  return most - before;
}

async function slowReader() {
  let ahead = 0;
  const more = await watched(async () => {
    const child = await createSubprocessExec('head', ['-c', `${megabytes * MB}`, '/dev/zero'], {
      stdin: DEVNULL,
      stdout: PIPE,
    });
    let received = 0;
    for await (const data of child.stdout.chunks({ size: MB })) {
      received += data.length;
      if (child.returncode === null && received % 16 === 0) {
        await sleep(0.001);
        ahead = Math.max(ahead, aheadOf(child, received));
      }
    }
    await child.wait();
    if (received !== megabytes * MB) throw new Error(`${received} bytes came`);
  });
  console.log(
    `${megabytes} MB to a slow reader: at most ${(ahead / 1024).toFixed(0)} KB ahead, ${inMegabytes(more)} more memory`,
  );
}

function aheadOf(child, received) {
  try {
    return writtenBy(child.pid) - received;
  } catch {
    return 0; // It has ended.
  }
}

async function communicate() {
  const input = Buffer.alloc(megabytes * MB, 'all work and no play ');
  let output = null;
  const more = await watched(async (look) => {
    const child = await createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE });
    [output] = await child.communicate(input);
    look();
  });
  if (!output.equals(input)) throw new Error('something else came back');
  console.log(`${megabytes} MB in and out of communicate(): ${inMegabytes(more)} more memory than the input`);
}

async function failures() {
  const before = descriptors();
  let most = 0;
  for (let i = 0; i < spawns; i++) {
    try {
      await createSubprocessExec('/no/such/program', [], { stdin: PIPE, stdout: PIPE, stderr: PIPE });
      throw new Error('it was there');
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    most = Math.max(most, descriptors());
  }
  await sleep(0.01);
  console.log(
    `${spawns} failed spawns: descriptors ${before} before, ${descriptors()} after, ${most} at most; ${zombies()} zombies`,
  );
}

async function successes() {
  const before = descriptors();
  let most = 0;
  for (let i = 0; i < spawns / 10; i++) {
    const child = await createSubprocessShell(i % 2 === 0 ? 'exit 3' : 'kill -9 $$', {
      stdin: PIPE,
      stdout: PIPE,
      stderr: PIPE,
    });
    await child.communicate();
    most = Math.max(most, zombies());
  }
  await sleep(0.01);
  console.log(
    `${spawns / 10} processes: descriptors ${before} before, ${descriptors()} after; zombies ${most} at most, ${zombies()} after`,
  );
}

await run(async () => {
  // A large process takes long to fork, so the experiments with many spawns come first.
  await failures();
  await successes();
  await slowReader();
  await communicate();
});
