import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { installDebianPackages } from '../../test/support/debian.mjs';
import { RunningExample } from './support/example.js';

const outside = mkdtempSync(path.join(tmpdir(), 'bight-http-'));
const folder = path.join(outside, 'public');
const bigFile = Buffer.alloc(48 * 2 ** 20);
for (let place = 0; place < bigFile.length; place += 4) bigFile.writeUInt32LE(place, place);

beforeAll(() => {
  installDebianPackages({ curl: 'curl' });
  mkdirSync(path.join(folder, 'pages'), { recursive: true });
  writeFileSync(path.join(folder, 'my notes.txt'), 'Hello, files!\n');
  writeFileSync(path.join(folder, 'pages', 'index.html'), '<h1>Pages</h1>\n');
  writeFileSync(path.join(folder, 'empty.json'), '');
  writeFileSync(path.join(folder, 'big'), bigFile);
  writeFileSync(path.join(outside, 'secret'), 'secret');
  symlinkSync(path.join(outside, 'secret'), path.join(folder, 'way-out'));
}, 240_000);

afterAll(() => rmSync(outside, { recursive: true, force: true }));

async function startServer(...args: string[]): Promise<{ server: RunningExample; url: string }> {
  const server = new RunningExample('http', [folder, '--port', '0', ...args]);
  const [url] = (await server.until(/ on (http\S+)\/$/)) as [string];
  return { server, url };
}

describe('files', () => {
  let url: string;

  beforeAll(async () => {
    ({ url } = await startServer());
  });

  /** Runs curl, and returns its output. */
  async function curl(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)('curl', ['-s', '--path-as-is', ...args]);
    return stdout;
  }

  const statusOf = (...args: string[]) => curl('-o', '/dev/null', '-w', '%{http_code}', ...args);

  test('serves files, and the index of a folder', async () => {
    expect(await curl(`${url}/my%20notes.txt?x=1`)).toBe('Hello, files!\n');
    expect(await curl('-w', '%{content_type}', `${url}/pages/`)).toBe(
      '<h1>Pages</h1>\ntext/html; charset=utf-8',
    );
    expect(await curl('-w', '%{http_code} %{size_download}', `${url}/empty.json`)).toBe('200 0');
  });

  test('answers HEAD with the head alone', async () => {
    const head = await curl('-I', `${url}/big`);
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(head).toContain(`Content-Length: ${bigFile.length}\r\n`);
    expect(await curl('-I', `${url}/nothing`)).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
  });

  test.each([
    ['0-4', 'Hello', '0-4/14'],
    ['7-', 'files!\n', '7-13/14'],
    ['-7', 'files!\n', '7-13/14'],
    ['-1000', 'Hello, files!\n', '0-13/14'],
    ['7-1000', 'files!\n', '7-13/14'],
  ])('serves the range %s', async (range, text, where) => {
    const answer = await curl('-i', '-r', range, `${url}/my%20notes.txt`);
    expect(answer).toMatch(/^HTTP\/1\.1 206 Partial Content\r\n/);
    expect(answer).toContain(`Content-Range: bytes ${where}\r\n`);
    expect(answer.slice(answer.indexOf('\r\n\r\n') + 4)).toBe(text);
  });

  test('serves a range of the state that a client knows, and nothing that it has', async () => {
    const file = `${url}/my%20notes.txt`;
    const tag = /ETag: (\S+)/.exec(await curl('-I', file))![1]!;
    expect(await curl('-r', '0-4', '-H', `If-Range: ${tag}`, file)).toBe('Hello');
    expect(await curl('-r', '0-4', '-H', 'If-Range: "other"', file)).toBe('Hello, files!\n');
    expect(await statusOf('-H', `If-None-Match: "x", ${tag}`, file)).toBe('304');
    expect(await statusOf('-H', 'If-None-Match: "x"', file)).toBe('200');
  });

  test('refuses a range behind the end, and ignores what is no range', async () => {
    const answer = await curl('-i', '-r', '14-', `${url}/my%20notes.txt`);
    expect(answer).toMatch(/^HTTP\/1\.1 416 [\s\S]*\r\nContent-Range: bytes \*\/14\r\n/);
    expect(await statusOf('-H', 'Range: lines=1-2', `${url}/my%20notes.txt`)).toBe('200');
    expect(await statusOf('-r', '5-2', `${url}/my%20notes.txt`)).toBe('200');
  });

  test('serves a big file as it is, whole and in part', async () => {
    const sha = (data: Buffer) => createHash('sha256').update(data).digest('hex');
    const download = async (...args: string[]) => {
      const options = { encoding: 'buffer', maxBuffer: 2 * bigFile.length } as const;
      const { stdout } = await promisify(execFile)('curl', ['-s', ...args, `${url}/big`], options);
      return sha(stdout);
    };
    expect(await download()).toBe(sha(bigFile));
    expect(await download('-r', '1000001-40000000')).toBe(sha(bigFile.subarray(1_000_001, 40_000_001)));
  });

  test('keeps a connection open, unless that is not wanted', async () => {
    const connects = (...args: string[]) =>
      curl(
        '-o',
        '/dev/null',
        '-o',
        '/dev/null',
        '-w',
        '%{num_connects}',
        ...args,
        `${url}/pages/`,
        `${url}/no`,
      );
    expect(await connects()).toBe('10');
    expect(await connects('--http1.0')).toBe('11');
    expect(await connects('-H', 'Connection: close')).toBe('11');
  });

  test('answers 404 for what is not there, and 405 and 400 for what it cannot do', async () => {
    expect(await statusOf(`${url}/nothing`)).toBe('404');
    expect(await statusOf(`${url}/my%20notes.txt/below`)).toBe('404');
    expect(await statusOf('-X', 'DELETE', `${url}/pages/`)).toBe('405');
    expect(await statusOf('-d', 'a body', `${url}/pages/`)).toBe('405');
    expect(await statusOf(`${url}/%00`)).toBe('400');
    expect(await statusOf(`${url}/%zz`)).toBe('400');
  });

  test.each(['/../secret', '/pages/../../secret', '/..%2fsecret', '/%2e%2e/secret', '/way-out'])(
    'serves nothing outside of its folder by %s',
    async (way) => {
      expect(await curl('-w', '%{http_code}', `${url}${way}`)).toBe('403 Forbidden\n403');
    },
  );

  test('ends at SIGTERM, when the downloads are done', async () => {
    const { server, url: ownUrl } = await startServer();
    // More bytes than the buffers of two sockets hold, so the server is not done when the answer begins.
    const [response] = await once(
      get(`${ownUrl}/big`, { headers: { Range: 'bytes=0-19999999' } }),
      'response',
    );
    server.signal('SIGTERM');
    let received = 0;
    for await (const piece of response as IncomingMessage) received += piece.length;
    expect(received).toBe(20_000_000);
    expect(await server.end()).toEqual({ status: 0, rest: ['Closed.'], errorOutput: '' });
  });
});

describe('messages', () => {
  let server: RunningExample;
  let port: number;

  beforeAll(async () => {
    const started = await startServer('--body', '1000000');
    server = started.server;
    port = Number(new URL(started.url).port);
  });

  afterAll(async () => {
    server.signal('SIGTERM');
    // Bytes of a client never cause an error of the server.
    expect(await server.end()).toEqual({ status: 0, rest: ['Closed.'], errorOutput: '' });
  });

  /** Sends pieces, and returns everything that the server sends until it closes the connection. */
  async function replyTo(...pieces: (string | Buffer)[]): Promise<string> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).setEncoding('latin1');
    for (const piece of pieces) {
      socket.write(piece);
      // In segments of their own.
      await new Promise(setImmediate);
    }
    let reply = '';
    for await (const text of socket) reply += text;
    socket.end();
    return reply;
  }

  const statusesOf = (reply: string) =>
    [...reply.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status);
  const host = 'Host: here\r\n';
  const last = `${host}Connection: close\r\n\r\n`;
  const notes = '/my%20notes.txt';

  test('requests that come at once are answered in order, and none behind nonsense', async () => {
    const get = (what: string) => `${what} HTTP/1.1\r\n${host}\r\n`;
    const requests = [
      get(`GET ${notes}`),
      get('HEAD /big'),
      get('POST /nothing'),
      'NONSENSE\r\n\r\n',
      get('GET /'),
    ];
    expect(statusesOf(await replyTo(requests.join('')))).toEqual(['200', '200', '405', '400']);
    const many = Array.from({ length: 500 }, (_, i) => get(i % 2 === 0 ? `GET ${notes}` : 'GET /no'));
    expect(statusesOf(await replyTo(...many, `GET ${notes} HTTP/1.1\r\n${last}`))).toEqual(
      [...many, ''].map((_, i) => (i % 2 === 0 ? '200' : '404')),
    );
  });

  test('a request that comes byte by byte is the same', async () => {
    const text = `POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n${last}3;x=y\r\nabc\r\n0\r\nX-Sum: 6\r\n\r\n`;
    const reply = await replyTo(...text);
    const chunks = [...reply.matchAll(/^\d\r\n([abc]+)\r\n/gm)].map(([, bytes]) => bytes);
    expect([chunks.join(''), reply.slice(-15)]).toEqual(['abc', '0\r\nx-sum: 6\r\n\r\n'.slice(-15)]);
  });

  test('bodies come back in chunks, with what trails them, whatever delimits them', async () => {
    const chunked = await replyTo(
      `POST /echo HTTP/1.1\r\nContent-Type: text/x\r\nTransfer-Encoding: chunked\r\n${last}`,
      '5\r\nhello\r\n',
      '0\r\nX-A: b\r\n\r\n',
    );
    expect(chunked).toMatch(
      /Content-Type: text\/x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello/,
    );
    expect(chunked).toMatch(/\r\n0\r\nx-a: b\r\n\r\n$/);
    const counted = await replyTo(`POST /echo HTTP/1.1\r\nContent-Length: 5\r\n${last}hello`);
    expect(counted).toMatch(/Transfer-Encoding: chunked[\s\S]*\r\n\r\n5\r\nhello\r\n0\r\n\r\n$/);
    // HTTP/1.0 has no chunks.
    const old = await replyTo(
      'POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello',
    );
    expect(old).toMatch(/octet-stream\r\nConnection: close\r\n\r\nhello$/);
  });

  test('a client that waits for 100 Continue gets it when its body is wanted, and only then', async () => {
    const expecting = 'Expect: 100-continue\r\nContent-Length: 5\r\n';
    const socket = connect(port, '127.0.0.1').setEncoding('latin1');
    socket.write(`POST /echo HTTP/1.1\r\n${expecting}${last}`);
    expect(await once(socket, 'data')).toEqual(['HTTP/1.1 100 Continue\r\n\r\n']);
    socket.write('hello');
    let reply = '';
    for await (const text of socket) reply += text;
    expect(reply).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\n\r\n5\r\nhello\r\n0\r\n\r\n$/);
    // The connection ends, since the server cannot know whether the body will come.
    expect(await replyTo(`POST /nothing HTTP/1.1\r\n${host}${expecting}\r\n`)).toMatch(
      /^HTTP\/1\.1 405 [\s\S]*Connection: close/,
    );
    expect(statusesOf(await replyTo(`POST /echo HTTP/1.1\r\nExpect: x\r\n${last}`))).toEqual(['417']);
  });

  test('a body that no handler wants is read where it is short, and ends the connection where it is not', async () => {
    const post = (length: number, more = '') =>
      `POST /nothing HTTP/1.1\r\n${more}Content-Length: ${length}\r\n${host}\r\n${'x'.repeat(length)}`;
    expect(statusesOf(await replyTo(post(10_000), `GET ${notes} HTTP/1.1\r\n${last}`))).toEqual([
      '405',
      '200',
    ]);
    expect(await replyTo(post(900_000), `GET ${notes} HTTP/1.1\r\n${last}`)).toMatch(
      /^HTTP\/1\.1 405 [\s\S]*Connection: close\r\n\r\n405 Method Not Allowed\n$/,
    );
  });

  test.each([
    ['a length and chunks', 'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n', '400'],
    ['two lengths', 'Content-Length: 3\r\nContent-Length: 4\r\n', '400'],
    ['the same length twice', 'Content-Length: 3\r\nContent-Length: 3\r\n', '400'],
    ['a list of lengths', 'Content-Length: 3, 3\r\n', '400'],
    ['a length with a sign', 'Content-Length: +3\r\n', '400'],
    ['a length that is none', 'Content-Length: 0x3\r\n', '400'],
    ['an empty length', 'Content-Length:\r\n', '400'],
    ['a folded field', 'X: a\r\n b\r\n', '400'],
    ['a first field that is folded', ' X: a\r\n', '400'],
    ['a space before the colon', 'Content-Length : 3\r\n', '400'],
    ['a bare line feed', 'X: a\nContent-Length: 3\r\n', '400'],
    ['a bare carriage return', 'X: a\rb\r\n', '400'],
    ['a zero byte', 'X: a\0b\r\n', '400'],
    ['a field without a name', ': a\r\n', '400'],
    ['a field without a colon', 'nonsense\r\n', '400'],
    ['chunks of another encoding', 'Transfer-Encoding: gzip, chunked\r\n', '501'],
    ['chunks in disguise', 'Transfer-Encoding: \x0bchunked\r\n', '400'],
    ['chunks twice', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '501'],
    ['an identity', 'Transfer-Encoding: identity\r\n', '501'],
    ['two hosts', 'Host: there\r\n', '400'],
    ['too many fields', 'X: y\r\n'.repeat(101), '431'],
    ['a long head', `X: ${'y'.repeat(17_000)}\r\n`, '431'],
    ['a long body', 'Content-Length: 1000001\r\n', '413'],
  ])('%s is refused, and nothing behind it is a request', async (_, fields, status) => {
    const smuggled = `GET ${notes} HTTP/1.1\r\n${last}`;
    const reply = await replyTo(`POST /echo HTTP/1.1\r\n${host}${fields}\r\n${smuggled}`);
    expect(statusesOf(reply)).toEqual([status]);
    expect(reply).toContain('Connection: close\r\n');
  });

  test.each([
    ['no host', 'GET / HTTP/1.1\r\n\r\n', '400'],
    ['a host that is none', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n', '400'],
    ['lines without carriage returns', 'GET / HTTP/1.1\nHost: a\n\n', '400'],
    ['another version', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n', '505'],
    ['chunks in HTTP/1.0', 'POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', '400'],
    ['a target with a space', 'GET /a b HTTP/1.1\r\nHost: a\r\n\r\n', '400'],
    ['a target that is none', 'GET a HTTP/1.1\r\nHost: a\r\n\r\n', '400'],
    ['a long target', `GET /${'a'.repeat(9000)} HTTP/1.1\r\nHost: a\r\n\r\n`, '414'],
    ['a line without an end', `GET /${'a'.repeat(17_000)}`, '414'],
    ['a greeting of TLS', Buffer.from('160301020001\n', 'latin1').subarray(0, 13), '400'],
  ])('%s is refused', async (_, request, status) => {
    expect(statusesOf(await replyTo(request))).toEqual([status]);
  });

  test.each([
    ['a size that is none', 'x\r\n'],
    ['a negative size', '-1\r\n'],
    ['a size with a prefix', '0x5\r\nhello\r\n'],
    ['a size that is too large', 'fffffffffffffff\r\n'],
    ['a line feed alone', '5\nhello\r\n0\r\n\r\n'],
    ['an extension with a line feed in it', '5;a\nb\r\nhello\r\n'],
    ['a long extension', `5;${'a'.repeat(300)}\r\n`],
    ['a chunk that is longer than its size', '3\r\nhello\r\n0\r\n\r\n'],
    ['a length that trails', '0\r\nContent-Length: 5\r\n\r\n'],
    ['a trailer that is folded', '0\r\nX: a\r\n b\r\n\r\n'],
  ])('of chunks, %s is refused', async (_, chunks) => {
    const head = `POST /echo HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n`;
    const reply = await replyTo(head + chunks, `GET ${notes} HTTP/1.1\r\n${last}`);
    expect(reply).not.toContain('Hello, files!');
    // An answer that has begun is cut off.
    expect(statusesOf(reply)).toEqual(reply.startsWith('HTTP/1.1 200') ? ['200'] : ['400']);
    expect(reply).not.toContain('0\r\n\r\n');
  });

  test('a client that goes away in the middle of a download is no error', async () => {
    for (let i = 0; i < 5; i++) {
      const socket = connect(port, '127.0.0.1');
      socket.write(`GET /big HTTP/1.1\r\n${last}`);
      await once(socket, 'data');
      socket.resetAndDestroy();
    }
  });

  test('targets are understood as a proxy sends them, and an empty line before a request is none', async () => {
    expect(statusesOf(await replyTo(`GET http://here${notes} HTTP/1.1\r\n${last}`))).toEqual(['200']);
    expect(statusesOf(await replyTo(`\r\nGET ${notes} HTTP/1.1\r\n${last}`))).toEqual(['200']);
  });

  test('chunks whose sum is too long are refused', async () => {
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const head = `POST /echo HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n`;
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {}).write(head + chunk.repeat(20));
    let received = 0;
    socket.on('data', (piece) => (received += piece.length));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(received).toBeLessThan(17 * 65_600);
  });
});
