// For bundlers, which make one file of it, with the main files of workers beside it: `serve()` with processes and with
// threads, `startInspector()`, and `QueueExecutor.local()`.
import assert from 'node:assert/strict';
import net from 'node:net';
import { QueueExecutor } from '@bight/executor-bullmq';
import { isAvailable, run, serve, startInspector, taskFrom, unavailableReason } from 'bight';

const { SERVER_MODULE, JOB_MODULE } = process.env;

/** What the server of the module sends to a connection: where it runs. */
function greeting(port) {
  return new Promise((resolve, reject) => {
    net
      .connect(port, '127.0.0.1')
      .once('data', (bytes) => resolve(String(bytes)))
      .once('error', reject);
  });
}

async function tryServing(kind) {
  const port = await freePort();
  process.env.SERVER_PORT = String(port);
  let seen;
  await serve(SERVER_MODULE, {
    workers: 1,
    kind,
    async onReady() {
      seen = await greeting(port);
      process.kill(process.pid, 'SIGTERM');
    },
  });
  assert.equal(seen, kind);
}

function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function tryInspecting() {
  const inspector = await startInspector({ port: 0 });
  const page = await fetch(`${inspector.url}/?token=${inspector.token}`);
  assert.match(await page.text(), /<div id="app">/);
  const headers = { authorization: `Bearer ${inspector.token}` };
  const tasks = await fetch(`${inspector.url}/api/tasks`, { headers });
  assert.match(await tasks.text(), /tryInspecting|Task-1/);
  await inspector.close();
}

async function tryQueue() {
  const executor = QueueExecutor.local();
  try {
    assert.equal(await executor.submit(taskFrom(JOB_MODULE, 'double'), [21]), 42);
  } finally {
    await executor.shutdown();
  }
}

async function main() {
  assert.ok(isAvailable(), unavailableReason() ?? '');
  for (const kind of ['process', 'thread']) await tryServing(kind);
  await run(async () => {
    await tryInspecting();
    await tryQueue();
  });
}

main().then(
  () => process.exit(),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
