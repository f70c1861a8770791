import '@bight/loop-net/native';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type BaseTransport, type NetLoop, Protocol, type Transport } from '@bight/loop-abstract';
import type { CoreEventLoop } from '@bight/loop-core';
import { wrapFuture } from '@bight/loop-core';
import { createDefaultContext, ProactorEventLoop, SelectorEventLoop, SSLContext } from '@bight/loop-net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { closeAll } from '../../test/support/close-all.js';
import { installDebianPackages } from '../../test/support/debian.mjs';
import { DnsProtocol } from '../src/dns-protocol.js';
import { RedisClient, RedisError } from '../src/redis-client.js';
import { httpEcho } from './support/http-echo.js';

const directory = mkdtempSync(path.join(tmpdir(), 'bight-peers-'));
const children = new Set<ReturnType<typeof spawn>>();

beforeAll(() => {
  installDebianPackages({
    curl: 'curl',
    openssl: 'openssl',
    nc: 'netcat-openbsd',
    dig: 'bind9-dnsutils',
    'redis-server': 'redis-server',
    python3: 'python3',
  });
  const into = ['-keyout', 'key.pem', '-out', 'cert.pem', '-nodes', '-days', '30', '-subj', '/CN=localhost'];
  const name = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  execFileSync('openssl', ['req', '-x509', ...key, ...into, ...name], { cwd: directory, stdio: 'pipe' });
}, 240_000);

afterAll(async () => {
  for (const child of children) {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
  rmSync(directory, { recursive: true, force: true });
});

/** Starts a program, which is killed after the tests at the latest. */
function start(command: string, args: string[]): ReturnType<typeof spawn> {
  const child = spawn(command, args, { cwd: directory, stdio: ['pipe', 'pipe', 'pipe'] });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** Runs a program to its end, and returns its output. */
async function output(command: string, args: string[], input?: string | Buffer): Promise<string> {
  const child = start(command, args);
  let printed = '';
  child.stdout!.setEncoding('latin1').on('data', (text: string) => {
    printed += text;
  });
  child.stderr!.resume();
  if (input !== undefined) child.stdin!.end(input);
  await wrapFuture(once(child, 'close'));
  return printed;
}

async function firstLine(child: ReturnType<typeof spawn>): Promise<string> {
  const { value } = await wrapFuture(
    createInterface({ input: child.stdout! })[Symbol.asyncIterator]().next(),
  );
  return String(value);
}

class Echo extends Protocol {
  #transport!: Transport;
  override connectionMade(transport: BaseTransport): void {
    this.#transport = transport as Transport;
  }
  override dataReceived(data: Buffer): void {
    this.#transport.write(data);
  }
}

/** Sends bytes, half-closes, and collects the answer. */
class Conversation extends Protocol {
  readonly #say: Buffer;
  readonly #received: Buffer[] = [];
  readonly over;
  constructor(loop: CoreEventLoop, say: Buffer) {
    super();
    this.#say = say;
    this.over = loop.createFuture<Buffer>();
  }
  override connectionMade(transport: BaseTransport): void {
    (transport as Transport).write(this.#say);
    if ((transport as Transport).canWriteEof()) (transport as Transport).writeEof();
  }
  override dataReceived(data: Buffer): void {
    this.#received.push(data);
  }
  override connectionLost(): void {
    this.over.setResult(Buffer.concat(this.#received));
  }
}

type NetLoopClass = new () => CoreEventLoop & NetLoop;
const drivers: readonly { name: string; Loop: NetLoopClass }[] = [
  { name: 'proactor', Loop: ProactorEventLoop },
  { name: 'selector', Loop: SelectorEventLoop },
];

describe.each(drivers)('$name: programs that we did not write', ({ Loop }) => {
  async function onLoop(main: (loop: CoreEventLoop & NetLoop) => Promise<void>): Promise<void> {
    const loop = new Loop();
    const reports: unknown[] = [];
    loop.setExceptionHandler((_, context) => reports.push(context));
    try {
      await loop.runUntilComplete(() => main(loop));
      expect(reports).toEqual([]);
      await loop.runUntilComplete(() => closeAll(loop));
    } finally {
      loop.close();
    }
  }

  const credentials = () => ({
    cert: readFileSync(path.join(directory, 'cert.pem')),
    key: readFileSync(path.join(directory, 'key.pem')),
  });

  test('curl gets, posts and keeps its connection, in plain', () =>
    onLoop(async (loop) => {
      const server = await loop.createServer(httpEcho(loop), { host: '127.0.0.1' });
      const url = `http://127.0.0.1:${server.sockets[0]!.getsockname().port}`;
      expect(await output('curl', ['-s', `${url}/one`, `${url}/two`])).toBe(
        'You asked for /one\nYou asked for /two\n',
      );
      const connections = [
        '-s',
        '-o',
        '/dev/null',
        '-o',
        '/dev/null',
        '-w',
        '%{num_connects}',
        `${url}/1`,
        `${url}/2`,
      ];
      expect(await output('curl', connections)).toBe('10');
      const body = 'x'.repeat(3_000_000);
      expect(await output('curl', ['-s', '-H', 'Expect:', '--data-binary', '@-', url], body)).toBe(body);
      expect(await output('curl', ['-s', '-I', '--http1.0', url])).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    }));

  test('curl over TLS, with the certificate checked', () =>
    onLoop(async (loop) => {
      const ssl = new SSLContext(credentials());
      const server = await loop.createServer(httpEcho(loop), { host: '127.0.0.1', ssl });
      const url = `https://127.0.0.1:${server.sockets[0]!.getsockname().port}/secret`;
      expect(await output('curl', ['-s', '--cacert', 'cert.pem', url])).toBe('You asked for /secret\n');
    }));

  test('curl over a Unix socket', () =>
    onLoop(async (loop) => {
      const socket = path.join(directory, 'http.sock');
      const server = await loop.createUnixServer(httpEcho(loop), { path: socket });
      expect(await output('curl', ['-s', '--unix-socket', socket, 'http://x/u'])).toBe('You asked for /u\n');
      server.close();
    }));

  test('openssl s_client talks to our server', () =>
    onLoop(async (loop) => {
      const ssl = new SSLContext(credentials());
      const server = await loop.createServer(httpEcho(loop), { host: '127.0.0.1', ssl });
      const { port } = server.sockets[0]!.getsockname();
      const args = [
        's_client',
        '-connect',
        `127.0.0.1:${port}`,
        '-CAfile',
        'cert.pem',
        '-quiet',
        '-verify_return_error',
      ];
      const said = await output('openssl', args, 'GET /s_client HTTP/1.0\r\n\r\n');
      expect(said).toContain('You asked for /s_client');
    }));

  test('our client talks to openssl s_server', () =>
    onLoop(async (loop) => {
      const args = [
        's_server',
        '-accept',
        '127.0.0.1:0',
        '-cert',
        'cert.pem',
        '-key',
        'key.pem',
        '-www',
        '-naccept',
        '1',
      ];
      const child = start('openssl', args);
      let port = 0;
      const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
      while (port === 0) {
        const { value } = await wrapFuture(lines.next());
        port = Number(/^ACCEPT \S*?:?(\d+)$/.exec(String(value))?.[1] ?? 0);
      }
      const context = createDefaultContext({ ca: credentials().cert });
      const [, client] = await loop.createConnection(
        () => new Conversation(loop, Buffer.from('GET / HTTP/1.0\r\n\r\n')),
        { host: '127.0.0.1', port, ssl: context, serverHostname: 'localhost' },
      );
      expect((await client.over).toString()).toContain('HTTP/1.0 200 ok');
    }));

  test('nc half-closes, and gets everything back', () =>
    onLoop(async (loop) => {
      const server = await loop.createServer(() => new Echo(), { host: '127.0.0.1' });
      const { port } = server.sockets[0]!.getsockname();
      const text = 'line\n'.repeat(20_000);
      expect(await output('nc', ['-N', '127.0.0.1', String(port)], text)).toBe(text);
    }));

  test('dig asks our responder', () =>
    onLoop(async (loop) => {
      const [transport] = await loop.createDatagramEndpoint(
        () => new DnsProtocol([['bight.example', '192.0.2.7']]),
        {
          localAddr: { host: '127.0.0.1', port: 0 },
        },
      );
      const { port } = transport.getExtraInfo('sockname')!;
      const ask = (name: string) =>
        output('dig', ['@127.0.0.1', '-p', String(port), '+tries=1', '+noedns', name, 'A']);
      const found = await ask('bight.example');
      expect(found).toContain('status: NOERROR');
      expect(found).toMatch(/^bight\.example\.\s+60\s+IN\s+A\s+192\.0\.2\.7$/m);
      expect(await ask('nowhere.example')).toContain('status: NXDOMAIN');
    }));

  test('our client talks to redis-server', () =>
    onLoop(async (loop) => {
      const socket = path.join(directory, 'redis.sock');
      const child = start('redis-server', [
        '--port',
        '0',
        '--unixsocket',
        socket,
        '--save',
        '',
        '--dir',
        directory,
      ]);
      const ready = createInterface({ input: child.stdout! });
      await wrapFuture(
        (async () => {
          for await (const line of ready) if (/ready to accept connections/i.test(line)) return;
        })(),
      );
      const [transport, redis] = await loop.createUnixConnection(() => new RedisClient(loop), {
        path: socket,
      });
      expect(await redis.command('PING')).toEqual(Buffer.from('PONG'));
      const value = Buffer.alloc(1_000_000, 'value\r\n');
      await redis.command('SET', 'key', value);
      expect(value.equals((await redis.command('GET', 'key')) as Buffer)).toBe(true);
      const replies = [...Array(1000)].map((_, index) => redis.command('INCRBY', 'counter', index));
      expect(await Promise.all(replies)).toHaveLength(1000);
      expect(await redis.command('GET', 'counter')).toEqual(Buffer.from('499500'));
      expect(await redis.command('GET', 'missing')).toBeNull();
      await redis.command('RPUSH', 'list', 'a', 'b');
      expect(await redis.command('LRANGE', 'list', 0, -1)).toEqual([Buffer.from('a'), Buffer.from('b')]);
      await expect(Promise.resolve(redis.command('NONSENSE'))).rejects.toThrow(RedisError);
      transport.close();
    }));

  test('a client of CPython talks to our server, in plain and over TLS', () =>
    onLoop(async (loop) => {
      const program = `
import asyncio, ssl, sys
async def main(port, ca):
    context = ssl.create_default_context(cafile=ca) if ca else None
    reader, writer = await asyncio.open_connection('127.0.0.1', port, ssl=context, server_hostname='localhost' if ca else None)
    data = bytes(range(256)) * 4000
    writer.write(data)
    print('same' if await reader.readexactly(len(data)) == data else 'different')
    writer.close()
    await writer.wait_closed()
asyncio.run(main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None))
`;
      for (const ssl of [null, new SSLContext(credentials())]) {
        const server = await loop.createServer(() => new Echo(), { host: '127.0.0.1', ssl });
        const { port } = server.sockets[0]!.getsockname();
        const args = ['-c', program, String(port), ...(ssl === null ? [] : ['cert.pem'])];
        expect(await output('python3', args)).toBe('same\n');
        server.close();
        await server.waitClosed();
      }
    }));

  test('our client talks to a server of CPython', () =>
    onLoop(async (loop) => {
      const program = `
import asyncio
async def serve(reader, writer):
    writer.write(bytes(reversed(await reader.read())))
    await writer.drain()
    writer.close()
async def main():
    server = await asyncio.start_server(serve, '127.0.0.1', 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
`;
      const port = Number(await firstLine(start('python3', ['-c', program])));
      const data = Buffer.alloc(500_000);
      for (let index = 0; index < data.length; index++) data[index] = index % 253;
      const [, client] = await loop.createConnection(() => new Conversation(loop, data), {
        host: '127.0.0.1',
        port,
      });
      expect((await client.over).equals(Buffer.from(data).reverse())).toBe(true);
    }));
});
