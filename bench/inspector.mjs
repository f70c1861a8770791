// `node bench/inspector.mjs`: the cost of the commands of `bight` on a process with 100,000 tasks: the time and the
// peak memory of the command, the memory of the process after each, and the time for which its loop was blocked. Needs
// a build.
//
//   --tasks N     the number of tasks of the process (100,000)
//   --times N     the number of runs of each command (5)
//   --only TEXT   only this command, as printed: --only 'ps --json'
//   --without     through Node's own inspector: the process is started without BIGHT_INSPECT
//   --help
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '100000' },
    times: { type: 'string', default: '5' },
    only: { type: 'string' },
    without: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log('usage: node bench/inspector.mjs [--tasks N] [--times N] [--only TEXT] [--without]');
  process.exit();
}

const bin = fileURLToPath(new URL('../packages/bight/dist/bin.js', import.meta.url));
const PROGRAM = `
  import { createInterface } from 'node:readline';
  import { createTask, run, sleep } from 'bight';
  const handler = async () => await sleep(36_000);
  let [longest, last] = [0, performance.now()];
  setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - 10);
    last = now;
  }, 10);
  await run(async () => {
    for (let made = 0; made < ${Number(values.tasks)}; made++) createTask(handler);
    await sleep(1);
    for await (const _ of createInterface({ input: process.stdin })) {
      gc();
      const { rss, heapUsed } = process.memoryUsage();
      console.log(JSON.stringify({ rss, heapUsed, longest }));
      await sleep(0.05);
      [longest, last] = [0, performance.now()];
    }
    process.exit();
  });
`;
const AT_EXIT = `process.on("exit",()=>process.stderr.write("most "+process.resourceUsage().maxRSS))`;

const program = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', PROGRAM], {
  cwd: fileURLToPath(new URL('../packages/bight', import.meta.url)),
  env: { ...process.env, BIGHT_INSPECT: values.without ? '' : '1' },
  stdio: ['pipe', 'pipe', 'inherit'],
});
const lines = createInterface({ input: program.stdout })[Symbol.asyncIterator]();

/** The memory of the process after a garbage collection, and the longest blocking of its loop since the last call. */
async function ask() {
  program.stdin.write('\n');
  return JSON.parse((await lines.next()).value);
}

/** Runs a command; returns its time, the size of its output, and its peak memory. */
async function look(args) {
  const began = performance.now();
  const child = spawn(process.execPath, ['--import', `data:text/javascript,${AT_EXIT}`, bin, ...args], {
    env: { ...process.env, NO_COLOR: '1' },
  });
  let [bytes, errors] = [0, ''];
  child.stdout.on('data', (chunk) => {
    bytes += chunk.length;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const [status] = await once(child, 'close');
  const most = /most (\d+)$/.exec(errors)?.[1];
  if (status !== 0 || most === undefined) throw new Error(`bight ${args.join(' ')}: ${errors}`);
  return { seconds: (performance.now() - began) / 1000, bytes, most: Number(most) * 1024 };
}

const mb = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
const pid = String(program.pid);
await ask();
const before = await ask();
console.log(`${values.tasks} tasks; before: ${mb(before.rss)}, of which the heap has ${mb(before.heapUsed)}`);
const commands = [
  ['ps', pid],
  ['ps', pid, '--json', '--limit', '1000'],
  ['ps', pid, '--json'],
  ['pstree', pid],
  ['top', pid, '--json', '--count', '20', '--interval', '100ms'],
];
for (const args of commands) {
  const command = args.filter((one) => one !== pid).join(' ');
  if (command !== (values.only ?? command)) continue;
  for (let time = 0; time < Number(values.times); time++) {
    const { seconds, bytes, most } = await look(args);
    const { rss, heapUsed, longest } = await ask();
    console.log(
      [
        command,
        `${seconds.toFixed(2)} s`,
        `writes ${mb(bytes)}`,
        `has up to ${mb(most)}`,
        `process: ${mb(rss)}, heap ${mb(heapUsed)}`,
        `loop stood still for ${longest.toFixed(0)} ms`,
      ].join('; '),
    );
  }
}
program.stdin.end();
await once(program, 'close');
