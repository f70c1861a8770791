// A process for scripts/inspect-page.mjs, on the built packages: `program.mjs TASKS`. It has everything that the
// inspector's page shows, and each of the faults that the page warns of. Its first line of output is JSON: the address
// of its inspector, and the token. `block` on its standard input blocks the loop for twelve seconds.
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import {
  createTask,
  gather,
  getRunningLoop,
  openConnection,
  Queue,
  run,
  SubprocessProtocol,
  sleep,
  startInspector,
  startServer,
  TaskGroup,
  ThreadPoolExecutor,
  timeout,
  waitFor,
} from '../../packages/bight/dist/index.js';

const count = Number(process.argv[2] ?? 1000);
const BRANCHES = 10;

/** Computes, and blocks the thread. */
function compute(milliseconds) {
  for (const until = performance.now() + milliseconds; performance.now() < until; );
}

async function waits(answer) {
  await answer;
}

async function branch(answer, name) {
  await TaskGroup.run(async (group) => {
    for (let at = 0; at < count / BRANCHES; at++)
      group.createTask(() => waits(answer), { name: `${name}.${at}` });
    await answer;
  });
}

async function limited(answer) {
  await timeout(600).run(async () => await waitFor(answer, 300));
}

async function heartbeat() {
  for (;;) await sleep(0.02);
}

async function blocks() {
  for (;;) {
    await sleep(0.4);
    compute(80);
  }
}

async function starts() {
  for (;;) {
    await createTask(floats, { name: 'floats' });
    await sleep(2);
  }
}

async function floats() {
  void forgotten();
  await sleep(0);
}

async function forgotten() {
  await sleep(60);
}

async function fills(queue) {
  for (;;) {
    await queue.put('item');
    await sleep(0.005);
  }
}

async function stuckConnection() {
  const server = await startServer((reader) => reader.transport?.pauseReading(), {
    host: '127.0.0.1',
    port: 0,
  });
  const { port } = server.sockets[0].getsockname();
  const [, writer] = await openConnection({ host: '127.0.0.1', port });
  writer.write(Buffer.alloc(16 << 20));
  return [server, writer];
}

await run(async () => {
  const loop = getRunningLoop();
  loop.setDebug(true);
  loop.slowCallbackDuration = 3600;
  const inspector = await startInspector();
  const answer = loop.createFuture();
  const names = Array.from({ length: BRANCHES }, (_, at) => `branch ${at}`);
  const tasks = [
    createTask(heartbeat, { name: 'heartbeat' }),
    createTask(() => limited(answer), { name: 'limited' }),
    createTask(() => gather(names.map((name) => createTask(() => branch(answer, name), { name }))), {
      name: 'root',
    }),
    createTask(blocks, { name: 'blocks' }),
    createTask(starts, { name: 'starts' }),
    createTask(() => fills(new Queue()), { name: 'fills' }),
    createTask(() => sleep(3600), { name: 'victim <b>&amp;</b>' }),
  ];
  const kept = await stuckConnection();
  const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
  const sleeps = () => new Promise((resolve) => setTimeout(resolve, 3_600_000));
  for (let call = 0; call < 6; call++) loop.runInExecutor(pool, sleeps).then(undefined, () => {});
  await loop.subprocessExec(() => new SubprocessProtocol(), process.execPath, [
    '-e',
    'setInterval(() => {}, 1000)',
  ]);
  const worker = new Worker(new URL('./worker.mjs', import.meta.url));
  await new Promise((resolve) => worker.once('message', resolve));
  createInterface({ input: process.stdin }).on('line', (line) => {
    if (line === 'block') loop.callSoon(compute, [12_000]);
  });
  console.log(JSON.stringify({ url: inspector.url, token: inspector.token }));
  await gather(tasks, { returnExceptions: true });
  await kept;
});
