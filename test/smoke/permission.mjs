// Under Node's permission model, with the right to read files (and, where Node asks for it, to use the network) and no
// other: what needs more throws a reason, and everything else works.
import assert from 'node:assert/strict';
import {
  createSubprocessExec,
  getRunningLoop,
  isAvailable,
  openConnection,
  ProactorEventLoop,
  ProcessPoolExecutor,
  run,
  sleep,
  startServer,
  TaskGroup,
  toThread,
  unavailableReason,
} from 'bight';

async function main() {
  assert.ok(getRunningLoop() instanceof ProactorEventLoop);
  assert.equal(isAvailable(), false);
  assert.match(unavailableReason(), /--allow-addons|not installed/);

  const results = await TaskGroup.run(async (group) => {
    const tasks = [1, 2].map((result) => group.createTask(() => sleep(0.001, { result })));
    return [await tasks[0], await tasks[1]];
  });
  assert.deepEqual(results, [1, 2]);

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

  // The pools report what they could not start, and why.
  const denied = (permission) => (error) => {
    assert.equal(error.code, 'ERR_BROKEN_EXECUTOR');
    assert.equal(error.cause.permission, permission);
    return true;
  };
  await assert.rejects(async () => toThread((a) => a + 1, [1]), denied('WorkerThreads'));
  await assert.rejects(async () => createSubprocessExec('true'), { code: 'ERR_ACCESS_DENIED' });
  const processes = new ProcessPoolExecutor({ maxWorkers: 1 });
  await assert.rejects(async () => processes.submit((a) => a * 2, [21]), denied('ChildProcess'));
  await processes.shutdown();
}

await run(main);
