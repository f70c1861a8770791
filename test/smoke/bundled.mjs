// What bundlers make one file of: context variables, timers, threads and processes, the network. Nothing lies beside
// it.
import assert from 'node:assert/strict';
import {
  ContextVar,
  getRunningLoop,
  isAvailable,
  openConnection,
  ProactorEventLoop,
  ProcessPoolExecutor,
  run,
  SelectorEventLoop,
  sleep,
  startServer,
  toThread,
  unavailableReason,
} from 'bight';

const name = new ContextVar('name');

async function main() {
  const loop = getRunningLoop();
  name.set('kept');
  await sleep(0.001);
  assert.equal(name.get(), 'kept');
  assert.equal(await toThread((a) => a + 1, [1]), 2);
  if (process.getBuiltinModule('node:sea')?.isSea()) {
    assert.throws(() => new ProcessPoolExecutor(), { name: 'RuntimeError', message: /single-executable/ });
  } else {
    const processes = new ProcessPoolExecutor({ maxWorkers: 1 });
    assert.equal(await loop.runInExecutor(processes, (a) => a * 2, [21]), 42);
    await processes.shutdown();
  }

  const server = await startServer(
    async (reader, writer) => {
      writer.write(await reader.readline());
      writer.close();
    },
    { host: '127.0.0.1' },
  );
  const [reader, writer] = await openConnection(server.sockets[0].getsockname());
  writer.write(Buffer.from('line\n'));
  assert.equal(String(await reader.readline()), 'line\n');
  writer.close();
  server.close();

  // Beside the bundle lies the addon, or the proactor takes its place, and the reason is known.
  const wantsAddon = process.env.WITH_ADDON === '1';
  assert.equal(isAvailable(), wantsAddon, unavailableReason() ?? 'available');
  assert.ok(loop instanceof (wantsAddon ? SelectorEventLoop : ProactorEventLoop));
  if (!wantsAddon) assert.match(unavailableReason(), /is not installed/);
}

run(main).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
