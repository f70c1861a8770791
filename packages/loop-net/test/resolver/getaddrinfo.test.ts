import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { wrapFuture } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '../../../../test/support/temporary-folder.js';
import { drivers, runOn } from '../support/loops.js';
import { serve } from '../support/pairs.js';

const STREAM = 1;
const DGRAM = 2;
const INET = 2;

/** Keeps every thread of libuv's pool busy, until it is released: each opens a FIFO, and waits for a writer. */
function occupyThreads(): { isBusy(): boolean; release(): Promise<void> } {
  const fifo = path.join(temporaryFolder(), 'fifo');
  execFileSync('mkfifo', [fifo]);
  const opening = Array.from({ length: 8 }, () => open(fifo, 'r'));
  let writer: number | null = null;
  const unblock = () => {
    writer ??= openSync(fifo, 'r+');
  };
  // The look-ups that do wait for a thread have to end, too.
  const timer = setTimeout(unblock, 30_000);
  return {
    isBusy: () => writer === null,
    async release() {
      clearTimeout(timer);
      unblock();
      for (const file of await Promise.all(opening)) await file.close();
      closeSync(writer!);
    },
  };
}

describe.each(drivers)('$name: getaddrinfo and getnameinfo', ({ Loop }) => {
  test('a numeric address has one entry for each type of socket', async () => {
    await runOn(Loop, async (loop) => {
      const infos = await loop.getaddrinfo('127.0.0.1', 80);
      const sockaddr = { host: '127.0.0.1', port: 80, family: INET };
      expect(infos).toEqual([
        { family: INET, type: STREAM, proto: 6, canonname: '', sockaddr },
        { family: INET, type: DGRAM, proto: 17, canonname: '', sockaddr },
        { family: INET, type: 3, proto: 0, canonname: '', sockaddr },
      ]);
      const [six] = await loop.getaddrinfo('::1', '53', { type: DGRAM });
      expect(six!.sockaddr).toEqual({ host: '::1', port: 53, family: six!.family, flowinfo: 0, scopeId: 0 });
    });
  });

  test('names of hosts and services are looked up', async () => {
    await runOn(Loop, async (loop) => {
      const infos = await loop.getaddrinfo('localhost', 'http', { family: INET, type: STREAM });
      expect(infos[0]!.sockaddr).toEqual({ host: '127.0.0.1', port: 80, family: INET });
      const types = (await loop.getaddrinfo('127.0.0.1', 'domain')).map(({ type }) => type);
      expect(types).toEqual([STREAM, DGRAM]);
      expect(await loop.getaddrinfo('127.0.0.1', 'tftp')).toHaveLength(1);
    });
  });

  test('no host means this machine', async () => {
    await runOn(Loop, async (loop) => {
      const hosts = async (flags: number) =>
        (await loop.getaddrinfo(null, 80, { type: STREAM, flags })).map(
          ({ sockaddr }) => (sockaddr as { host: string }).host,
        );
      expect(await hosts(0)).toEqual(['::1', '127.0.0.1']);
      expect(await hosts(1)).toEqual(['0.0.0.0', '::']);
    });
  });

  test('flags: numeric hosts and services only, canonical names, mapped addresses', async () => {
    await runOn(Loop, async (loop) => {
      const failing = (host: string, port: number | string, options: object) =>
        expect(Promise.resolve(loop.getaddrinfo(host, port, options))).rejects.toMatchObject({
          syscall: 'getaddrinfo',
        });
      await failing('localhost', 80, { flags: 4 });
      await failing('127.0.0.1', 'http', { flags: 0x400 });
      await failing('127.0.0.1', 80, { family: 10 });
      await failing('127.0.0.1', 80, { type: STREAM, proto: 17 });
      await failing('127.0.0.1', 'nosuchservice', {});
      const [canonical] = await loop.getaddrinfo('localhost', 80, { flags: 2, type: STREAM, family: INET });
      expect(canonical!.canonname).toBe('localhost');
      const [mapped] = await loop.getaddrinfo('127.0.0.1', 80, { family: 10, flags: 8, type: STREAM });
      expect(mapped!.sockaddr).toMatchObject({ host: '::ffff:127.0.0.1' });
    });
  });

  test('cancelling a look-up ends it at once', async () => {
    await runOn(Loop, async (loop) => {
      const looking = loop.getaddrinfo('a-name-that-takes-its-time.invalid', 80);
      looking.cancel();
      await expect(Promise.resolve(looking)).rejects.toMatchObject({ name: 'CancelledError' });
      expect(looking.cancelled()).toBe(true);
    });
  });

  test('numeric addresses do not wait for a thread, names that are cancelled do not either', async () => {
    await runOn(Loop, async (loop) => {
      const threads = occupyThreads();
      try {
        const { host, port } = await serve(loop, () => ({}));
        const [transport] = await loop.createConnection(() => ({}), { host, port });
        const looking = loop.getaddrinfo('localhost', 80);
        looking.cancel();
        await expect(Promise.resolve(looking)).rejects.toMatchObject({ name: 'CancelledError' });
        expect(threads.isBusy()).toBe(true);
        transport.close();
      } finally {
        await wrapFuture(threads.release());
      }
    });
  });

  test('arguments of the wrong type are refused', async () => {
    await runOn(Loop, async (loop) => {
      expect(() => loop.getaddrinfo(5 as never, 80)).toThrow('host must be a string, bytes or null, not 5');
      expect(() => loop.getaddrinfo('x', {} as never)).toThrow(TypeError);
      expect(() => loop.getaddrinfo('x', 70_000)).toThrow('port');
      expect(() => loop.getnameinfo('127.0.0.1' as never)).toThrow(TypeError);
      await expect(Promise.resolve(loop.getaddrinfo(null, null))).rejects.toMatchObject({
        code: 'ENOTFOUND',
      });
    });
  });

  test.each(['constructor', '__proto__', 'toString'])(
    'there is no interface that is called %s',
    async (zone) => {
      await runOn(Loop, async (loop) => {
        await expect(Promise.resolve(loop.getaddrinfo(`fe80::1%${zone}`, 80))).rejects.toMatchObject({
          code: 'ENOTFOUND',
        });
      });
    },
  );

  test('getnameinfo names the host and the service, or their numbers', async () => {
    await runOn(Loop, async (loop) => {
      const address = { host: '127.0.0.1', port: 80 };
      expect(await loop.getnameinfo(address)).toEqual(['localhost', 'http']);
      expect(await loop.getnameinfo(address, { flags: 1 | 2 })).toEqual(['127.0.0.1', '80']);
      expect(await loop.getnameinfo({ host: '127.0.0.1', port: 69 }, { flags: 1 | 16 })).toEqual([
        '127.0.0.1',
        'tftp',
      ]);
      expect(await loop.getnameinfo({ host: '127.0.0.1', port: 69 }, { flags: 1 })).toEqual([
        '127.0.0.1',
        '69',
      ]);
      await expect(Promise.resolve(loop.getnameinfo({ host: 'localhost', port: 80 }))).rejects.toMatchObject({
        code: 'ENOTFOUND',
      });
    });
  });
});
