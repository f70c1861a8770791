import { createHash, randomBytes } from 'node:crypto';
import { createTask, sleep } from '@bight/loop-core';
import type { Socket } from '@bight/sockets';
import { describe, expect, test } from '@jest/globals';
import { testSeed } from '../../../../../test/support/extent.js';
import { randomNumbers } from '../../../../../test/support/random-numbers.js';
import { bytes, fill, type SocketTest, withSockets } from '../../support/sockets.js';
import { aWhile } from '../../support/turns.js';

const random = randomNumbers(testSeed);
const sha = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

async function receiveAll(loop: SocketTest['loop'], socket: Socket, count: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let left = count; left > 0; left -= pieces.at(-1)!.length) {
    pieces.push(await loop.sockRecv(socket, Math.min(left, 1 + random(199_999))));
    if (pieces.at(-1)!.length === 0) throw new Error(`the stream ended ${left} bytes early`);
  }
  return Buffer.concat(pieces);
}

describe('sockSendall', () => {
  test('is over at once when everything fits', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      const sending = loop.sockSendall(a, bytes('x'));
      expect(sending.done()).toBe(true);
      expect(await sending).toBeUndefined();
      await loop.sockSendall(a, new Uint8Array(0));
      expect(String(b.recv(10))).toBe('x');
    }));

  test('waits for room, and sends everything in order', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      const data = randomBytes(4_000_000);
      const sending = loop.sockSendall(a, data);
      expect(sending.done()).toBe(false);
      expect(sha(await receiveAll(loop, b, data.length))).toBe(sha(data));
      await sending;
    }));

  test('by several at once sends one after the other', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      const parts = [1, 2, 3].map((mark) => Buffer.alloc(700_000, mark));
      const sending = Promise.all(parts.map((part) => loop.sockSendall(a, part)));
      expect(sha(await receiveAll(loop, b, 2_100_000))).toBe(sha(Buffer.concat(parts)));
      await sending;
    }));

  test('fails when the other end is gone', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      const sending = Promise.resolve(loop.sockSendall(a, Buffer.alloc(4_000_000)));
      b.close();
      await expect(sending).rejects.toMatchObject({ code: expect.stringMatching(/^(EPIPE|ECONNRESET)$/) });
      await expect(Promise.resolve(loop.sockSendall(a, bytes('x')))).rejects.toMatchObject({ code: 'EPIPE' });
    }));

  test('that is cancelled lets the next one through', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      const filled = fill(a);
      const first = loop.sockSendall(a, bytes('never'));
      const second = loop.sockSendall(a, bytes('sent'));
      await aWhile(loop);
      first.cancel();
      const received = await receiveAll(loop, b, filled + 4);
      await second;
      expect(String(received.subarray(filled))).toBe('sent');
    }));

  test('takes bytes', () =>
    withSockets(async ({ loop, pair }) => {
      const [a] = pair();
      expect(() => loop.sockSendall(a, 'text' as never)).toThrow(/^data must be bytes .*Buffer.from/);
    }));
});

test('nothing is lost or reordered in many random pieces both ways, with cancelled calls between', () =>
  withSockets(async ({ loop, pair }) => {
    const [a, b] = pair();
    const data = randomBytes(3_000_000);
    async function send(socket: Socket): Promise<void> {
      for (let at = 0; at < data.length; ) {
        const size = Math.min(data.length - at, 1 + random(39_999));
        await loop.sockSendall(socket, data.subarray(at, at + size));
        at += size;
      }
    }
    async function receive(socket: Socket): Promise<string> {
      const hash = createHash('sha256');
      for (let left = data.length; left > 0; ) {
        const call = loop.sockRecv(socket, Math.min(left, 1 + random(39_999)));
        if (random(4) === 0) await sleep(0);
        // What had been received by then is in the future; otherwise nothing was taken.
        if (random(4) === 0 && call.cancel()) continue;
        const piece = await call;
        hash.update(piece);
        left -= piece.length;
      }
      return hash.digest('hex');
    }
    const tasks = [() => receive(a), () => receive(b), () => send(a), () => send(b)].map((work) =>
      createTask<unknown>(async () => work()),
    );
    const [first, second] = await Promise.all(tasks);
    expect([first, second]).toEqual([sha(data), sha(data)]);
  }));
