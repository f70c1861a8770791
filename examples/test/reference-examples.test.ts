import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { runTypeScript } from '../../test/support/run-typescript.js';
import { RunningExample } from './support/example.js';

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
    const server = new RunningExample('contextvars-echo-server', ['--serve']);
    const [port] = await server.until(/127\.0\.0\.1:(\d+)/);
    const client = connect(Number(port), '127.0.0.1');
    let said = '';
    client.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    client.write('hello\n\n');
    await once(client, 'close');
    expect(said).toMatch(/^hello\nGood bye, client @ 127\.0\.0\.1:\d+\n$/);
    server.signal('SIGINT');
    expect(await server.end()).toEqual({ status: 0, rest: ['Closed.'], errorOutput: '' });
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('signals says that %s came, and ends', async (signal) => {
    const example = new RunningExample('signals');
    expect(await example.line()).toMatch(/^Event loop running for 1 hour/);
    const [pid] = await example.until(/^pid (\d+): send SIGINT or SIGTERM to exit\.$/);
    process.kill(Number(pid), signal);
    expect(await example.end()).toEqual({ status: 0, rest: [`got signal ${signal}: exit`], errorOutput: '' });
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
    const server = new RunningExample('serve-forever');
    const [port] = await server.until(/^port (\d+)$/);
    const client = connect(Number(port), '127.0.0.1');
    client.setEncoding('utf8').write('a line\nand more');
    expect((await once(client, 'data'))[0]).toBe('a line\n');
    client.destroy();
    server.signal('SIGINT');
    expect(await server.end()).toMatchObject({ status: 130, rest: [] });
  });
});
