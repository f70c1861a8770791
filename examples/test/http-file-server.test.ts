import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { installDebianPackages } from '../../test/support/debian.mjs';
import { RunningExample } from './support/example.js';

const outside = mkdtempSync(path.join(tmpdir(), 'bight-files-'));
const folder = path.join(outside, 'public');
const bigFile = Buffer.alloc(48 * 2 ** 20);
for (let place = 0; place < bigFile.length; place += 4) bigFile.writeUInt32LE(place, place);

beforeAll(() => {
  installDebianPackages({ curl: 'curl', nc: 'netcat-openbsd' });
  mkdirSync(path.join(folder, 'pages'), { recursive: true });
  writeFileSync(path.join(folder, 'my notes.txt'), 'Hello, files!\n');
  writeFileSync(path.join(folder, 'pages', 'index.html'), '<h1>Pages</h1>\n');
  writeFileSync(path.join(folder, 'empty.json'), '');
  writeFileSync(path.join(folder, 'big'), bigFile);
  writeFileSync(path.join(outside, 'secret'), 'secret');
  symlinkSync(path.join(outside, 'secret'), path.join(folder, 'way-out'));
}, 240_000);

afterAll(() => rmSync(outside, { recursive: true, force: true }));

async function startServer(): Promise<{ server: RunningExample; url: string }> {
  const server = new RunningExample('http-file-server', [folder, '--port', '0']);
  const [url] = (await server.until(/ on (http\S+)\/$/)) as [string];
  return { server, url };
}

describe('the HTTP file server', () => {
  let url: string;

  beforeAll(async () => {
    ({ url } = await startServer());
  });

  /** What curl prints; `Buffer`s in the end, since files are bytes. */
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

  test('refuses a range behind the end, and ignores what is no range', async () => {
    const answer = await curl('-i', '-r', '14-', `${url}/my%20notes.txt`);
    expect(answer).toMatch(/^HTTP\/1\.1 416 .*\r\nContent-Range: bytes \*\/14\r\n/);
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
    expect(await statusOf('-d', 'a body', `${url}/pages/`)).toBe('400');
    expect(await statusOf(`${url}/%00`)).toBe('400');
    expect(await statusOf(`${url}/%zz`)).toBe('400');
  });

  test.each(['/../secret', '/pages/../../secret', '/..%2fsecret', '/%2e%2e/secret', '/way-out'])(
    'serves nothing outside of its folder by %s',
    async (way) => {
      expect(await curl('-w', '%{http_code}', `${url}${way}`)).toBe('403 Forbidden\n403');
    },
  );

  test('answers requests that come at once, one after the other, and none behind nonsense', async () => {
    const request = (line: string) => `${line}\r\nHost: here\r\n\r\n`;
    const lines = ['GET /my%20notes.txt HTTP/1.1', 'HEAD /big HTTP/1.1', 'NONSENSE', 'GET /pages/ HTTP/1.1'];
    const netcat = promisify(execFile)('nc', ['-N', ...new URL(url).host.split(':')]);
    netcat.child.stdin?.end(lines.map(request).join(''));
    const statuses = [...(await netcat).stdout.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status);
    expect(statuses).toEqual(['200', '200', '400']);
  });

  test('ends at SIGTERM, when the downloads are done', async () => {
    const { server, url: ownUrl } = await startServer();
    // More than the buffers of two sockets hold: the server is not done when the answer begins.
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
