import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { Echo, Recording } from '../../../../test/support/recording.js';
import { stopAccepting } from '../../src/low-level.js';
import { drivers, runOn, type TestLoop } from '../support/loops.js';

const directory = mkdtempSync(join(tmpdir(), 'bight-unix-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let count = 0;
const freshPath = () => join(directory, `${++count}.sock`);

async function echoThrough(loop: TestLoop, path: string): Promise<string> {
  const [transport, client] = await loop.createUnixConnection(() => new Recording(loop), { path });
  transport.write(Buffer.from('hello'));
  await client.received(5);
  transport.close();
  await client.event('lost');
  return client.text;
}

describe.each(drivers)('$name: Unix sockets', ({ Loop }) => {
  test('a server and a client, and the file is gone afterwards', async () => {
    await runOn(Loop, async (loop) => {
      const path = freshPath();
      const server = await loop.createUnixServer(() => new Echo(loop), { path });
      expect(statSync(path).isSocket()).toBe(true);
      expect(server.sockets[0]!.getsockname<string>()).toBe(path);
      expect(server.sockets[0]!.family).toBe(1);
      expect(await echoThrough(loop, path)).toBe('hello');
      server.close();
      expect(existsSync(path)).toBe(false);
      await server.waitClosed();
    });
  });

  test("an accepted connection has the server's path for its own name", async () => {
    await runOn(Loop, async (loop) => {
      const path = freshPath();
      const accepted = new Recording(loop);
      const server = await loop.createUnixServer(() => accepted, { path });
      const [transport] = await loop.createUnixConnection(() => new Recording(loop), { path });
      await accepted.event('made');
      expect(accepted.transport.getExtraInfo('sockname')).toBe(path);
      expect(accepted.transport.getExtraInfo('peername')).toBe('');
      transport.abort();
      server.close();
      await server.waitClosed();
    });
  });

  test('a path may be a string, bytes or a file URL', async () => {
    await runOn(Loop, async (loop) => {
      for (const form of [(path: string) => path, (path: string) => Buffer.from(path), pathToFileURL]) {
        const path = freshPath();
        const server = await loop.createUnixServer(() => new Echo(loop), { path: form(path) });
        const [transport, client] = await loop.createUnixConnection(() => new Recording(loop), {
          path: form(path),
        });
        expect(transport.getExtraInfo('peername')).toBe(path);
        expect(transport.getExtraInfo('sockname')).toBe('');
        expect(transport.getExtraInfo('socket')!.proto).toBe(0);
        transport.close();
        await client.event('lost');
        server.close();
      }
    });
  });

  test('abstract names leave no file', async () => {
    await runOn(Loop, async (loop) => {
      const path = `\0bight-test-${process.pid}-${++count}`;
      const server = await loop.createUnixServer(() => new Echo(loop), { path });
      expect(await echoThrough(loop, path)).toBe('hello');
      const second = loop.createUnixServer(() => new Echo(loop), { path });
      await expect(Promise.resolve(second)).rejects.toMatchObject({ code: 'EADDRINUSE' });
      server.close();
    });
  });

  test('a stale socket file is replaced', async () => {
    await runOn(Loop, async (loop) => {
      const path = freshPath();
      const dead = await loop.createUnixServer(() => ({}), { path, cleanupSocket: false });
      dead.close();
      expect(existsSync(path)).toBe(true);
      const server = await loop.createUnixServer(() => new Echo(loop), { path });
      expect(await echoThrough(loop, path)).toBe('hello');
      server.close();
    });
  });

  test('a live socket is in use', async () => {
    await runOn(Loop, async (loop) => {
      const path = freshPath();
      const server = await loop.createUnixServer(() => new Echo(loop), { path });
      const second = loop.createUnixServer(() => ({}), { path });
      await expect(Promise.resolve(second)).rejects.toMatchObject({
        code: 'EADDRINUSE',
        message: expect.stringContaining(`Address "${path}" is already in use`),
      });
      expect(await echoThrough(loop, path)).toBe('hello');
      server.close();
    });
  });

  test('a file that is no socket is left alone', async () => {
    await runOn(Loop, async (loop) => {
      const path = freshPath();
      writeFileSync(path, 'precious');
      const server = loop.createUnixServer(() => ({}), { path });
      await expect(Promise.resolve(server)).rejects.toMatchObject({ code: 'EADDRINUSE' });
      expect(statSync(path).size).toBe(8);
    });
  });

  test('closing does not remove a socket that replaced ours', async () => {
    await runOn(Loop, async (loop) => {
      const path = freshPath();
      const first = await loop.createUnixServer(() => ({}), { path });
      const aside = freshPath();
      renameSync(path, aside);
      const second = await loop.createUnixServer(() => new Echo(loop), { path });
      first.close();
      expect(await echoThrough(loop, path)).toBe('hello');
      second.close();
      expect(existsSync(path)).toBe(false);
    });
  });

  test('a server that stops to accept leaves its file to the processes that go on', async () => {
    await runOn(Loop, async (loop) => {
      const path = freshPath();
      const server = await loop.createUnixServer(() => new Echo(loop), { path });
      stopAccepting(server);
      expect(existsSync(path)).toBe(true);
      server.close();
      expect(existsSync(path)).toBe(false);
      await server.waitClosed();
    });
  });

  test('a path that is too long, empty, or in no directory is an error', async () => {
    await runOn(Loop, async (loop) => {
      const long = join(directory, 'x'.repeat(110));
      expect(() => loop.createUnixServer(() => ({}), { path: long })).toThrow(
        expect.objectContaining({ code: 'ENAMETOOLONG' }),
      );
      expect(() => loop.createUnixConnection(() => ({}), { path: '' })).toThrow('path must not be empty');
      expect(() => loop.createUnixConnection(() => ({}), { path: 5 as never })).toThrow(TypeError);
      expect(() => loop.createUnixConnection(() => ({}), { path: new URL('http://x/') })).toThrow(
        'file: URL',
      );
      const nowhere = join(directory, 'missing', 'x.sock');
      const attempts = [
        loop.createUnixServer(() => ({}), { path: nowhere }),
        loop.createUnixConnection(() => ({}), { path: nowhere }),
      ];
      for (const attempt of attempts) {
        await expect(Promise.resolve<unknown>(attempt)).rejects.toMatchObject({ code: 'ENOENT' });
      }
    });
  });

  test('contradicting options are refused', async () => {
    await runOn(Loop, async (loop) => {
      const sock = new net.Socket();
      const listening = net.createServer();
      const none = () => ({});
      expect(() => loop.createUnixConnection(none, {})).toThrow('no path and sock were specified');
      expect(() => loop.createUnixConnection(none, { path: '/x', sock })).toThrow(
        'can not be specified at the same time',
      );
      expect(() => loop.createUnixConnection(none, { path: '/x', ssl: true })).toThrow('serverHostname');
      expect(() => loop.createUnixConnection(none, { path: '/x', serverHostname: 'x' })).toThrow(
        'only meaningful with ssl',
      );
      expect(() => loop.createUnixServer(none, {})).toThrow('path was not specified');
      expect(() => loop.createUnixServer(none, { path: '/x', sock: listening })).toThrow('at the same time');
      expect(() => loop.createUnixServer(none, { path: '/x', ssl: true as never })).toThrow(TypeError);
      expect(() => loop.createUnixServer(none, { path: '/x', sslHandshakeTimeout: 3 })).toThrow('with ssl');
    });
  });

  test("sockets of Node's can be taken over", async () => {
    await runOn(Loop, async (loop) => {
      const path = freshPath();
      const listening = net.createServer();
      await new Promise<void>((resolve) => listening.listen(path, resolve));
      const server = await loop.createUnixServer(() => new Echo(loop), { sock: listening });
      const sock = net.connect(path);
      await new Promise((resolve) => sock.once('connect', resolve));
      const [transport, client] = await loop.createUnixConnection(() => new Recording(loop), { sock });
      transport.write(Buffer.from('taken'));
      await client.received(5);
      expect(client.text).toBe('taken');
      transport.close();
      await client.event('lost');
      server.close();
      expect(existsSync(path)).toBe(false);
      await server.waitClosed();
    });
  });
});
