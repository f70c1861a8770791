import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from '@jest/globals';
import { nodeArguments } from '../../test/support/compiled.js';
import { runTypeScript } from '../../test/support/run-typescript.js';
import { repository } from '../../test/support/workspace.js';

describe('the examples of the reference', () => {
  test('hello world says hello and ends', async () => {
    expect(await runTypeScript('examples/src/hello-world.ts')).toEqual({
      status: 0,
      signal: null,
      stdout: 'Hello World\n',
      stderr: '',
    });
  });

  test('display date shows dates, in order, and ends', async () => {
    const { status, stdout } = await runTypeScript('examples/src/display-date.ts', {
      args: ['2', '0.5'],
    });
    const dates = stdout.trim().split('\n');
    expect(status).toBe(0);
    expect(dates.length).toBeGreaterThan(1);
    expect(dates).toEqual([...dates].sort());
    expect(dates.every((date) => !Number.isNaN(Date.parse(date)))).toBe(true);
  });

  test('the echo server gives each of 20 clients its own address back', async () => {
    const { status, stdout } = await runTypeScript('examples/src/contextvars-echo-server.ts');
    expect(status).toBe(0);
    expect(stdout).toContain('20 of 20 clients got their own address back; 20 addresses were different.');
    expect(stdout).toContain('client 20 < How are you?');
  });

  test('the echo server serves its clients until Ctrl-C, which ends it cleanly', async () => {
    const child = spawn(
      process.execPath,
      nodeArguments('examples/src/contextvars-echo-server.ts', ['--serve']),
      { cwd: path.join(repository), stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { value } = await lines.next();
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(String(value))?.[1]);
    const client = connect(port, '127.0.0.1');
    let said = '';
    client.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    client.write('hello\n\n');
    await once(client, 'close');
    expect(said).toMatch(/^hello\nGood bye, client @ 127\.0\.0\.1:\d+\n$/);
    const exited = once(child, 'exit');
    child.kill('SIGINT');
    const [status, signal] = await exited;
    expect({ status, signal }).toEqual({ status: 0, signal: null });
    expect((await lines.next()).value).toBe('Closed.');
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('signals says that %s came, and ends', async (signal) => {
    const child = spawn(process.execPath, nodeArguments('examples/src/signals.ts'), {
      cwd: repository,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(child, 'close');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    expect((await lines.next()).value).toMatch(/^Event loop running for 1 hour/);
    expect((await lines.next()).value).toBe(`pid ${child.pid}: send SIGINT or SIGTERM to exit.`);
    child.kill(signal);
    expect((await lines.next()).value).toBe(`got signal ${signal}: exit`);
    expect(await closed).toEqual([0, null]);
  });

  test.each([
    ['watch-file-descriptor', 'Received: abc\n'],
    ['selector-policy', 'SelectorEventLoop\n'],
    ['context-variables', "new value\nno value\n[ 'spam' ]\nspam spam\nham ham\nspam ham\n"],
  ])('%s prints what it should, and ends', async (name, stdout) => {
    expect(await runTypeScript(`examples/src/${name}.ts`)).toEqual({
      status: 0,
      signal: null,
      stdout,
      stderr: '',
    });
  });

  test('serve-forever serves until Ctrl-C', async () => {
    const child = spawn(process.execPath, nodeArguments('examples/src/serve-forever.ts'), {
      cwd: repository,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const closed = once(child, 'close');
    const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
    const client = connect(Number(/^port (\d+)$/.exec(String(value))?.[1]), '127.0.0.1');
    client.setEncoding('utf8').write('a line\nand more');
    expect((await once(client, 'data'))[0]).toBe('a line\n');
    client.destroy();
    child.kill('SIGINT');
    expect(await closed).toEqual([130, null]);
  });
});
