import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runTypeScript } from '../../test/support/run-typescript.js';
import { commandLine } from './support/example.js';

let server: Server;
let port: number;

beforeEach(async () => {
  server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});

afterEach(() => new Promise((resolve) => server.close(resolve)));

test('the port scanner finds the port that is open, whichever address of the host has it', async () => {
  const { stdout, ...rest } = await runTypeScript('examples/src/port-scanner.ts', {
    args: ['localhost', `${port}-${port + 20}`, '--at-once', '5', '--patience', '60'],
  });
  expect(rest).toEqual({ status: 0, signal: null, stderr: '' });
  // Programs that run beside this one may have ports open, too.
  expect(stdout).toMatch(new RegExp(`^${port} open$`, 'm'));
  expect(stdout).toMatch(/^(\d+ open\n)+\d+ open, \d+ closed, 0 silent\n$/);
});

test('on a terminal, the port scanner shows how far it is', async () => {
  const [command, ...args] = commandLine('port-scanner', ['127.0.0.1', `${port}`]);
  const { stdout } = await promisify(execFile)('script', ['-qec', [command, ...args].join(' '), '/dev/null']);
  expect(stdout).toContain(` 0 % | port ${port} | 0 open`);
  expect(stdout).toContain(` 100 % | port ${port} | 1 open`);
});

test('an unknown name is an error of its own', async () => {
  const { status, stderr } = await runTypeScript('examples/src/port-scanner.ts', {
    args: ['host.invalid', '1-1000'],
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/getaddrinfo E(NOTFOUND|AI_AGAIN) host\.invalid/);
});
