// runtimes: node bun deno
// The echo server of the documentation of contextvars, on streams: twenty clients, each of which gets its own address
// back.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  ContextVar,
  EventLoop,
  gather,
  getRunningLoop,
  openConnection,
  Queue,
  run,
  sleep,
  startServer,
  timeout,
  toThread,
} from 'bight';

const clientAddress = new ContextVar('clientAddress', { default: '' });
const farewells = [];

async function handle(reader, writer) {
  const { host, port } = writer.getExtraInfo('peername');
  clientAddress.set(`${host}:${port}`);
  for await (const line of reader) {
    await sleep(0);
    writer.write(Buffer.from(`${clientAddress.get()} ${line}`));
    await writer.drain();
  }
  farewells.push(clientAddress.get());
  writer.close();
  await writer.waitClosed();
}

async function converse(host, port, number) {
  const [reader, writer] = await openConnection({ host, port });
  const own = writer.getExtraInfo('sockname');
  for (const text of ['first', 'second']) {
    writer.write(Buffer.from(`${text} ${number}\n`));
    assert.equal(String(await reader.readline()), `${own.host}:${own.port} ${text} ${number}\n`);
  }
  writer.writeEof();
  assert.equal((await reader.read()).length, 0);
  writer.close();
  await writer.waitClosed();
  return `${own.host}:${own.port}`;
}

async function main() {
  assert.ok(getRunningLoop() instanceof EventLoop);
  const server = await startServer(handle, { host: '127.0.0.1' });
  const address = server.sockets[0].getsockname();
  assert.ok(typeof address === 'object');
  const clients = Array.from(
    { length: 20 },
    (_, number) => () => converse(address.host, address.port, number),
  );
  const addresses = await timeout(30).run(() => gather(clients));
  server.close();
  await server.waitClosed();
  assert.deepEqual([...farewells].sort(), [...addresses].sort());

  /** @type {Queue<number>} */
  const queue = new Queue({ maxsize: 1 });
  const [, sum] = await gather([
    async () => {
      for (const number of [1, 2, 3]) await queue.put(number);
      queue.shutdown();
    },
    async () => {
      let sum = 0;
      for await (const number of queue) sum += number;
      return sum;
    },
  ]);
  assert.equal(sum, 6);

  const digest = await toThread(
    async (text) => {
      const crypto = await import('node:crypto');
      return crypto.createHash('sha256').update(text).digest('hex');
    },
    ['bytes'],
  );
  assert.equal(digest, createHash('sha256').update('bytes').digest('hex'));
}

/** An import also costs what it loads of Node: these modules are for programs that use them. */
function checkWhatIsLoaded() {
  if (!('moduleLoadList' in process) || process.versions.bun || 'Deno' in globalThis) return;
  // Under an emulator `process.execPath` may be nothing that runs.
  if (process.env.BIGHT_SMOKE_ALONE === '1') return;
  const program = `const before = new Set(process.moduleLoadList);
    import('bight').then(() => console.log(process.moduleLoadList.filter((name) => !before.has(name)).join()));`;
  const loaded = execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' }).trim().split(',');
  const heavy = [
    'child_process',
    'crypto',
    'http',
    'inspector',
    'net',
    'stream',
    'tls',
    'worker_threads',
    'zlib',
  ];
  assert.deepEqual(
    heavy.filter((name) => loaded.includes(`NativeModule ${name}`)),
    [],
  );
}

checkWhatIsLoaded();
await run(main);
