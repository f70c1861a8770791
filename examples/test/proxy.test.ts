import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { installDebianPackages } from '../../test/support/debian.mjs';
import { decodeSocksAddress, encodeSocksAddress, Rejection, readRequest } from '../src/proxy/requests.js';
import { RunningExample } from './support/example.js';

const body = randomBytes(300_000);
const web = http.createServer((request, response) => {
  if (request.method === 'POST') request.pipe(response);
  else response.end(body);
});
let origin = '';
let open: RunningExample;
let openPort = 0;
let closed: RunningExample;
let closedPort = 0;

async function started(...args: string[]): Promise<[RunningExample, number]> {
  const example = new RunningExample('proxy', ['--port=0', ...args]);
  const [port] = await example.until(/Listening on 127\.0\.0\.1:(\d+)/);
  return [example, Number(port)];
}

beforeAll(async () => {
  installDebianPackages({ curl: 'curl', nc: 'netcat-openbsd' });
  web.listen(0, '127.0.0.1');
  await once(web, 'listening');
  origin = `http://127.0.0.1:${(web.address() as AddressInfo).port}/`;
  [open, openPort] = await started();
  [closed, closedPort] = await started('--user=ada:secret');
}, 240_000);

afterAll(() => {
  web.closeAllConnections();
  web.close();
});

/** Runs curl; returns its output and its exit status. */
async function curl(...args: string[]): Promise<{ status: number; output: Buffer; errors: string }> {
  const options = { encoding: 'buffer' as const, maxBuffer: 1e8 };
  try {
    const { stdout } = await promisify(execFile)('curl', ['-sS', '--max-time', '60', ...args], options);
    return { status: 0, output: stdout, errors: '' };
  } catch (error) {
    const { code, stdout, stderr } = error as unknown as { code: number; stdout: Buffer; stderr: Buffer };
    return { status: code, output: stdout, errors: stderr.toString() };
  }
}

const ways = [
  ['SOCKS 5', () => ['--proxy', `socks5://127.0.0.1:${openPort}`]],
  ['SOCKS 5, names looked up by the proxy', () => ['--proxy', `socks5h://127.0.0.1:${openPort}`]],
  ['SOCKS 5 with a password', () => ['--proxy', `socks5h://ada:secret@127.0.0.1:${closedPort}`]],
  ['CONNECT', () => ['--proxytunnel', '--proxy', `http://127.0.0.1:${openPort}`]],
  ['CONNECT with a password', () => ['-p', '--proxy', `http://ada:secret@127.0.0.1:${closedPort}`]],
] as const;

describe.each(ways)('curl through %s', (_, way) => {
  test('downloads and uploads', async () => {
    const url = origin.replace('127.0.0.1', 'localhost');
    const [down, up] = await Promise.all([
      curl(...way(), url),
      curl(...way(), '-d', 'x'.repeat(100_000), url),
    ]);
    expect([down.status, down.output.equals(body)]).toEqual([0, true]);
    expect(up.output.toString()).toBe('x'.repeat(100_000));
  });

  test('is refused what refuses the proxy', async () => {
    const taken = net.createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    taken.close();
    await once(taken, 'close');
    const { status, errors } = await curl(...way(), `http://127.0.0.1:${port}/`);
    expect([status, errors]).toEqual([expect.any(Number), expect.stringMatching(/\(5\)|502/)]);
  });
});

test('a wrong password, or none, is refused', async () => {
  for (const user of ['ada:wrong@', '']) {
    const socks = await curl('--proxy', `socks5://${user}127.0.0.1:${closedPort}`, origin);
    expect(socks).toMatchObject({ status: 97 });
    const tunnel = await curl('-p', '--proxy', `http://${user}127.0.0.1:${closedPort}`, origin);
    expect(tunnel).toMatchObject({ status: 56, errors: expect.stringContaining('407') });
  }
});

test('a direction that has ended leaves the other one open, for netcat, too', async () => {
  const server = net.createServer({ allowHalfOpen: true }, async (socket) => {
    const pieces: Buffer[] = [];
    for await (const piece of socket.iterator({ destroyOnReturn: false })) pieces.push(piece as Buffer);
    socket.end(`${Buffer.concat(pieces).length} bytes`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const nc = spawn('nc', ['-N', '-X', '5', '-x', `127.0.0.1:${openPort}`, '127.0.0.1', `${port}`]);
  nc.stdin.end(Buffer.alloc(3_000_000));
  const pieces: Buffer[] = [];
  nc.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  expect(await once(nc, 'close')).toEqual([0, null]);
  expect(Buffer.concat(pieces).toString()).toBe('3000000 bytes');
  server.close();
});

/** A connection with a successful first request, and the address of the proxy's end. */
async function socksConnection(command: number): Promise<[net.Socket, { host: string; port: number }]> {
  const control = net.connect(openPort, '127.0.0.1');
  // All at once: the proxy has to continue after the end of each message.
  control.write(Buffer.concat([Buffer.of(5, 1, 0, 5, command, 0), encodeSocksAddress('0.0.0.0', 0)]));
  let received = Buffer.alloc(0);
  while (received.length < 12)
    received = Buffer.concat([received, ((await once(control, 'data')) as [Buffer])[0]]);
  expect(received.subarray(0, 5)).toEqual(Buffer.of(5, 0, 5, 0, 0));
  return [control, decodeSocksAddress(received.subarray(5))!];
}

test('datagrams are passed on, and only for the client that asked', async () => {
  const echo = createSocket('udp4', (data, from) =>
    echo.send(Buffer.concat([data, data]), from.port, from.address),
  );
  echo.bind(0, '127.0.0.1');
  await once(echo, 'listening');
  const { port } = echo.address();
  const [control, relay] = await socksConnection(3);
  const client = createSocket('udp4');
  client.bind(0, '127.0.0.1');
  await once(client, 'listening');
  const named = Buffer.concat([Buffer.of(3, 9), Buffer.from('localhost'), Buffer.of(port >> 8, port & 255)]);
  const fragment = Buffer.concat([
    Buffer.of(0, 0, 1),
    encodeSocksAddress('127.0.0.1', port),
    Buffer.from('no'),
  ]);
  client.send(fragment, relay.port, relay.host);
  for (const address of [encodeSocksAddress('127.0.0.1', port), named]) {
    client.send(Buffer.concat([Buffer.alloc(3), address, Buffer.from('hi')]), relay.port, relay.host);
    const [answer] = (await once(client, 'message')) as [Buffer];
    const expected = [Buffer.alloc(3), encodeSocksAddress('127.0.0.1', port), Buffer.from('hihi')];
    expect(answer).toEqual(Buffer.concat(expected));
  }
  control.destroy();
  // The relay ends with the connection, and its port is then free.
  for (let isFree = false; !isFree; ) {
    const other = createSocket('udp4');
    other.bind(relay.port, relay.host);
    isFree = await once(other, 'listening').then(
      () => true,
      () => false,
    );
    other.close();
    if (!isFree) await new Promise(setImmediate);
  }
  client.close();
  echo.close();
});

test('ssh goes through it', async () => {
  installDebianPackages({ sshd: 'openssh-server', ssh: 'openssh-client' });
  const directory = mkdtempSync(path.join(tmpdir(), 'bight-ssh-'));
  const inside = (name: string) => path.join(directory, name);
  const run = promisify(execFile);
  for (const key of ['host', 'user'])
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', inside(key)]);
  const configuration = [
    `HostKey ${inside('host')}`,
    `AuthorizedKeysFile ${inside('user.pub')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    `PidFile ${inside('pid')}`,
  ];
  writeFileSync(inside('sshd_config'), `${configuration.join('\n')}\n`);
  const { existsSync, mkdirSync } = await import('node:fs');
  if (!existsSync('/run/sshd')) mkdirSync('/run/sshd', { mode: 0o755 });
  // One process for each connection, on its standard input and output, as under inetd, so no free port is needed.
  const server = net.createServer((socket) => {
    const sshd = spawn('/usr/sbin/sshd', ['-i', '-f', inside('sshd_config')]);
    socket.pipe(sshd.stdin);
    sshd.stdout.pipe(socket);
    socket.on('error', () => sshd.kill());
    sshd.stdin.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const options = [
    `ProxyCommand=nc -X 5 -x 127.0.0.1:${openPort} %h %p`,
    'StrictHostKeyChecking=no',
    `UserKnownHostsFile=${inside('known')}`,
    'LogLevel=ERROR',
  ].flatMap((option) => ['-o', option]);
  const { port } = server.address() as AddressInfo;
  const { stdout } = await run('ssh', [
    ...options,
    '-i',
    inside('user'),
    '-p',
    `${port}`,
    '127.0.0.1',
    'echo',
    'through',
  ]);
  expect(stdout).toBe('through\n');
  server.close();
  rmSync(directory, { recursive: true });
});

/** Parses the request in bytes that arrive in pieces of a certain size. */
function parse(bytes: Buffer, credentials: { name: string; password: string } | null = null): unknown {
  const sent: Buffer[] = [];
  const parser = readRequest(credentials, (reply) => sent.push(reply));
  let at = 0;
  try {
    for (let step = parser.next(); ; ) {
      if (step.done === true) {
        const { kind, host, port } = step.value;
        return { kind, host, port };
      }
      const { value } = step;
      const length = typeof value === 'number' ? value : bytes.indexOf(value, at) + value.length - at;
      if (at + length > bytes.length || length < 0) return 'incomplete';
      step = parser.next(bytes.subarray(at, at + length));
      at += length;
    }
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return error.message;
  }
}

const socks = (...request: number[]) => Buffer.of(5, 1, 0, ...request);

test.each([
  [socks(5, 1, 0, 1, 127, 0, 0, 1, 0, 80), { kind: 'connect', host: '127.0.0.1', port: 80 }],
  [socks(5, 1, 0, 3, 2, 97, 98, 1, 0), { kind: 'connect', host: 'ab', port: 256 }],
  [socks(5, 3, 0, 4, ...Buffer.alloc(15), 1, 0, 0), { kind: 'associate', host: '0:0:0:0:0:0:0:1', port: 0 }],
  [socks(5, 2, 0, 1, 127, 0, 0, 1, 0, 80), 'no such command'],
  [socks(5, 1, 0, 7, 127, 0, 0, 1, 0, 80), 'no such kind of address'],
  [socks(4, 1, 0, 1, 127, 0, 0, 1, 0, 80), 'not SOCKS 5'],
  [Buffer.of(5, 1, 2), 'no acceptable way to log in'],
  [Buffer.from('CONNECT a.example:443 HTTP/1.1\r\n\r\n'), { kind: 'connect', host: 'a.example', port: 443 }],
  [Buffer.from('CONNECT [::1]:443 HTTP/1.1\r\nHost: x\r\n\r\n'), { kind: 'connect', host: '::1', port: 443 }],
  [Buffer.from('CONNECT a\0b:443 HTTP/1.1\r\n\r\n'), 'no CONNECT'],
  [Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'no CONNECT'],
])('%#: a request is read', (bytes, expected) => {
  expect(parse(bytes)).toEqual(expected);
  expect(parse(bytes.subarray(0, 2))).toBe('incomplete');
});

test.each(['127.0.0.1', '2001:db8::7', '::', '::1', '64:ff9b::192.0.2.1'])('the address %s', (host) => {
  const bytes = encodeSocksAddress(host, 4711);
  const read = decodeSocksAddress(bytes);
  expect([read!.port, read!.length]).toEqual([4711, bytes.length]);
  expect(encodeSocksAddress(read!.host, 4711)).toEqual(bytes);
  for (let length = 1; length < bytes.length; length++)
    expect(decodeSocksAddress(bytes.subarray(0, length))).toBeNull();
});

test('SIGTERM ends it', async () => {
  for (const example of [open, closed]) {
    example.signal('SIGTERM');
    expect(await example.end()).toEqual({ status: 0, rest: ['Closed.'], errorOutput: '' });
  }
});
