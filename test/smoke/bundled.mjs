// For bundlers, which make one file of it: context variables, timers, threads and processes, the network. Nothing lies
// beside it.
import assert from 'node:assert/strict';
import v8 from 'node:v8';
import {
  ContextVar,
  getRunningLoop,
  isAvailable,
  openConnection,
  ProactorEventLoop,
  ProcessPoolExecutor,
  run,
  SelectorEventLoop,
  serve,
  sleep,
  startInspector,
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

  // Functions that start a program from a file find none beside this bundle, and throw: see bundled-workers.mjs.
  if (!process.argv[1]?.endsWith('bundled.mjs')) {
    const leftOut = (name) => ({
      name: 'RuntimeError',
      message: new RegExp(`leave ${name} out of the bundle`),
    });
    const inExecutable = { name: 'RuntimeError', message: /single-executable/ };
    const isExecutable = process.getBuiltinModule('node:sea')?.isSea() === true;
    const refusal = !isAvailable()
      ? { name: 'NotImplementedError' }
      : isExecutable
        ? inExecutable
        : leftOut('bight');
    await assert.rejects(async () => serve(new URL('file:///server.mjs')), refusal);
    await assert.rejects(async () => startInspector({ port: 0 }), leftOut('@bight/inspect'));
  }

  // Beside the bundle lies the addon, or the proactor takes its place, and the reason is known.
  const wantsAddon = process.env.WITH_ADDON === '1';
  assert.equal(isAvailable(), wantsAddon, unavailableReason() ?? 'available');
  assert.ok(loop instanceof (wantsAddon ? SelectorEventLoop : ProactorEventLoop));
  if (!wantsAddon) assert.match(unavailableReason(), /is not installed/);
}

const start = () =>
  run(main).catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });

if (v8.startupSnapshot.isBuildingSnapshot()) v8.startupSnapshot.setDeserializeMainFunction(start);
else start();
