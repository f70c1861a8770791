import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SendfileNotAvailableError, ValueError } from '@bight/loop-abstract';
import { SOCK_DGRAM, type Socket, socketpair } from '@bight/sockets';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bytes, type SocketTest, withSockets } from '../../support/sockets.js';
import { aWhile } from '../../support/turns.js';

const LENGTH = 3_000_000;
const content = Buffer.alloc(LENGTH, 'what is in the file, ');
let folder: string;
let name: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bight-sendfile-'));
  name = path.join(folder, 'file');
  writeFileSync(name, content);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The test's file, open, and its position as the next read shows it. */
function withFile<T>(use: (fd: number, position: () => number) => Promise<T>): Promise<T> {
  const fd = openSync(name, 'r');
  const position = () => {
    const rest = Buffer.alloc(LENGTH + 1);
    return LENGTH - readSync(fd, rest, 0, rest.length, null);
  };
  return use(fd, position).finally(() => closeSync(fd));
}

async function receive(loop: SocketTest['loop'], socket: Socket, count: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let left = count; left > 0; left -= pieces.at(-1)!.length) {
    pieces.push(await loop.sockRecv(socket, Math.min(left, 300_000)));
    if (pieces.at(-1)!.length === 0) break;
  }
  return Buffer.concat(pieces);
}

describe('sockSendfile', () => {
  test('sends a whole file, and moves its position to the end', () =>
    withSockets(({ loop, pair }) =>
      withFile(async (fd, position) => {
        const [a, b] = pair();
        const sending = loop.sockSendfile(a, fd, { fallback: false });
        expect((await receive(loop, b, LENGTH)).equals(content)).toBe(true);
        expect(await sending).toBe(LENGTH);
        expect(position()).toBe(LENGTH);
      }),
    ));

  test('sends a part, wherever the position was, and moves it behind that', () =>
    withSockets(({ loop, pair }) =>
      withFile(async (fd, position) => {
        const [a, b] = pair();
        readSync(fd, Buffer.alloc(50_000));
        expect(await loop.sockSendfile(a, fd, { offset: 1000, count: 2000, fallback: false })).toBe(2000);
        expect((await receive(loop, b, 2000)).equals(content.subarray(1000, 3000))).toBe(true);
        expect(position()).toBe(3000);
      }),
    ));

  test('sends what there is when more is asked for', () =>
    withSockets(({ loop, pair }) =>
      withFile(async (fd, position) => {
        const [a] = pair();
        expect(await loop.sockSendfile(a, fd, { offset: LENGTH - 5, count: 100 })).toBe(5);
        expect(position()).toBe(LENGTH);
        expect(await loop.sockSendfile(a, fd, { offset: LENGTH + 5, count: 100 })).toBe(0);
      }),
    ));

  test('takes a FileHandle, and sends an empty file', () =>
    withSockets(async ({ loop, pair }) => {
      const [a] = pair();
      await using handle = await open(path.join(folder, 'empty'), 'w+');
      expect(await loop.sockSendfile(a, handle)).toBe(0);
    }));

  test('reports how much was sent when the connection breaks, and moves the position behind that', () =>
    withSockets(({ loop, pair }) =>
      withFile(async (fd, position) => {
        const [a, b] = pair();
        const sending = Promise.resolve(loop.sockSendfile(a, fd));
        const outcome = sending.catch((error: unknown) => error);
        await aWhile(loop);
        b.close();
        const error = (await outcome) as NodeJS.ErrnoException & { bytesSent: number };
        expect(error.code).toMatch(/^(EPIPE|ECONNRESET)$/);
        expect(error.bytesSent).toBeGreaterThan(0);
        expect(error.bytesSent).toBeLessThan(LENGTH);
        expect(position()).toBe(error.bytesSent);
      }),
    ));

  test('that is cancelled leaves the position behind what was sent', () =>
    withSockets(({ loop, pair }) =>
      withFile(async (fd, position) => {
        const [a, b] = pair();
        const sending = loop.sockSendfile(a, fd);
        await aWhile(loop);
        sending.cancel();
        await aWhile(loop);
        expect(sending.cancelled()).toBe(true);
        a.close();
        expect(position()).toBe((await receive(loop, b, LENGTH)).length);
      }),
    ));

  test('waits for the calls before it', () =>
    withSockets(({ loop, pair }) =>
      withFile(async (fd) => {
        const [a, b] = pair();
        const first = Buffer.alloc(1_000_000, '1');
        const sent = [
          loop.sockSendall(a, first),
          loop.sockSendfile(a, fd),
          loop.sockSendall(a, bytes('end')),
        ];
        const received = await receive(loop, b, first.length + LENGTH + 3);
        expect(received.equals(Buffer.concat([first, content, bytes('end')]))).toBe(true);
        await Promise.all(sent);
      }),
    ));

  test('of another kind of file falls back to read and write, or fails without a fallback', () =>
    withSockets(async ({ loop, pair, keep }) => {
      const [a, b] = pair();
      const [from, to] = socketpair().map(keep) as [Socket, Socket];
      to.sendall(bytes('not from a file'));
      const fd = from.fileno();
      const refused = Promise.resolve(loop.sockSendfile(a, fd, { count: 8, fallback: false }));
      await expect(refused).rejects.toThrow(SendfileNotAvailableError);
      expect(await loop.sockSendfile(a, fd, { count: 8 })).toBe(8);
      expect(String(await receive(loop, b, 8))).toBe('not from');
    }));

  test('refuses invalid arguments', () =>
    withSockets(async ({ loop, pair, socket }) => {
      const [a] = pair();
      expect(() => loop.sockSendfile(socket({ type: SOCK_DGRAM }), 0)).toThrow(ValueError);
      expect(() => loop.sockSendfile(a, 0, { count: 0 })).toThrow(ValueError);
      expect(() => loop.sockSendfile(a, 0, { offset: -1 })).toThrow(ValueError);
      expect(() => loop.sockSendfile(a, 'name' as never)).toThrow(TypeError);
    }));
});
