// What only Windows has: named pipes as Unix sockets, programs without a shell, cmd.exe, and the signals that it knows.
import assert from 'node:assert/strict';
import process from 'node:process';
import {
  createSubprocessExec,
  createSubprocessShell,
  gather,
  getRunningLoop,
  openConnection,
  openUnixConnection,
  PIPE,
  ProactorEventLoop,
  run,
  startServer,
  startUnixServer,
} from 'bight';

assert.equal(process.platform, 'win32');

async function upper(reader, writer) {
  writer.write(Buffer.from(String(await reader.read()).toUpperCase()));
  writer.close();
  await writer.waitClosed();
}

async function ask([reader, writer], text) {
  writer.write(Buffer.from(text));
  writer.writeEof();
  const answer = String(await reader.read());
  writer.close();
  return answer;
}

await run(async () => {
  const loop = getRunningLoop();
  assert.ok(loop instanceof ProactorEventLoop);

  const server = await startServer(upper, { host: '127.0.0.1' });
  const [{ host, port }] = server.sockets.map((socket) => socket.getsockname());
  const answers = await gather(
    Array.from({ length: 20 }, async (_, i) => ask(await openConnection({ host, port }), `client ${i}`)),
  );
  assert.deepEqual(
    answers,
    Array.from({ length: 20 }, (_, i) => `CLIENT ${i}`),
  );

  const pipe = `\\\\.\\pipe\\bight-smoke-${process.pid}`;
  const pipes = await startUnixServer(lines, { path: pipe });
  assert.ok(pipes.isServing());
  const [reader, writer] = await openUnixConnection({ path: pipe });
  writer.write(Buffer.from('through a pipe\n'));
  assert.equal(String(await reader.readline()), 'THROUGH A PIPE\n');
  writer.close();
  await assert.rejects(async () => startUnixServer(lines, { path: 'C:\\a file' }), { name: 'ValueError' });

  const child = await createSubprocessExec(process.execPath, ['-e', 'process.stdin.pipe(process.stdout)'], {
    stdin: PIPE,
    stdout: PIPE,
  });
  const [output] = await child.communicate(Buffer.from('a child'));
  assert.equal(String(output), 'a child');
  assert.equal(child.returncode, 0);

  const shell = await createSubprocessShell('echo %OS%', { stdout: PIPE });
  assert.match(String((await shell.communicate())[0]), /^Windows_NT\r?\n$/);

  const sleeper = await createSubprocessExec(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  sleeper.terminate();
  assert.notEqual(await sleeper.wait(), 0);

  await assert.rejects(async () => createSubprocessExec('C:\\no\\such.exe'), { code: 'ENOENT' });

  loop.addSignalHandler('SIGINT', () => {});
  assert.equal(loop.removeSignalHandler('SIGINT'), true);
  assert.throws(() => loop.addSignalHandler('SIGKILL', () => {}), { name: 'ValueError' });

  for (const each of [server, pipes]) {
    each.close();
    await each.waitClosed();
  }
});

async function lines(reader, writer) {
  writer.write(Buffer.from(String(await reader.readline()).toUpperCase()));
  writer.close();
  await writer.waitClosed();
}
