import { CancelledError, TimeoutError, ValueError } from '@bight/loop-abstract';
import { createTask, sleep, waitFor } from '@bight/loop-core';
import { AF_INET, SOCK_DGRAM, Socket } from '@bight/sockets';
import { describe, expect, test } from '@jest/globals';
import { SelectorEventLoop } from '../../../src/index.js';
import { bytes, withSockets } from '../../support/sockets.js';
import { aWhile } from '../../support/turns.js';

describe('sockRecv', () => {
  test('returns available bytes without a turn of the loop', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      b.sendall(bytes('data'));
      const order: string[] = [];
      loop.callSoon(() => order.push('turn'));
      order.push(String(await loop.sockRecv(a, 100)));
      expect(order).toEqual(['data']);
    }));

  test('waits for bytes that have not arrived', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      loop.callSoon(() => b.sendall(bytes('late')));
      expect(String(await loop.sockRecv(a, 100))).toBe('late');
    }));

  test('takes no more than was asked for', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      b.sendall(bytes('abcdef'));
      expect(String(await loop.sockRecv(a, 4))).toBe('abcd');
      expect(String(await loop.sockRecv(a, 4))).toBe('ef');
    }));

  test('returns nothing at the end of the stream', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      loop.callSoon(() => b.close());
      expect(await loop.sockRecv(a, 100)).toEqual(Buffer.alloc(0));
    }));

  test('returns buffers that stay what they were', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      const received: Buffer[] = [];
      for (let i = 0; i < 200; i++) {
        const sending = loop.sockSendall(b, Buffer.alloc(5000, i));
        for (let left = 5000; left > 0; left -= received.at(-1)!.length) {
          received.push(await loop.sockRecv(a, left));
        }
        await sending;
      }
      const all = Buffer.concat(received);
      for (let i = 0; i < 200; i++) {
        expect(all.subarray(5000 * i, 5000 * (i + 1)).equals(Buffer.alloc(5000, i))).toBe(true);
      }
    }));

  test('fails with the error of the system', () =>
    withSockets(async ({ loop, socket }) => {
      const lonely = socket();
      await expect(Promise.resolve(loop.sockRecv(lonely, 1))).rejects.toMatchObject({
        code: 'ENOTCONN',
        syscall: 'recv',
      });
    }));

  test('cancelled and made again at once loses nothing', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      for (let round = 0; round < 50; round++) {
        const first = loop.sockRecv(a, 10);
        await sleep(0);
        b.sendall(bytes(`n${round}`));
        if (round % 2 === 1) await sleep(0);
        expect(first.cancel() || round % 2 === 1).toBe(true);
        if (first.cancelled()) expect(String(await loop.sockRecv(a, 10))).toBe(`n${round}`);
        else expect(String(await first)).toBe(`n${round}`);
      }
    }));

  test('cancelled with its task leaves the bytes to the next', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      const task = createTask(async () => loop.sockRecv(a, 10));
      await sleep(0);
      task.cancel();
      const next = loop.sockRecv(a, 10);
      b.sendall(bytes('kept'));
      await expect(Promise.resolve(task)).rejects.toThrow(CancelledError);
      expect(String(await next)).toBe('kept');
    }));

  test('that a time-out ended has taken nothing', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      await expect(waitFor(loop.sockRecv(a, 10), 0.001)).rejects.toThrow(TimeoutError);
      b.sendall(bytes('kept'));
      expect(String(await loop.sockRecv(a, 10))).toBe('kept');
    }));

  test('by several at once gives each a piece, in the order of the calls', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      const calls = [1, 2, 3].map(() => loop.sockRecv(a, 2));
      await aWhile(loop);
      b.sendall(bytes('aabbcc'));
      const last = loop.sockRecv(a, 2);
      expect((await Promise.all(calls)).map(String)).toEqual(['aa', 'bb', 'cc']);
      b.sendall(bytes('dd'));
      expect(String(await last)).toBe('dd');
    }));

  test('that waits fails when its socket is closed, and the number is free for another', () =>
    withSockets(async ({ loop, pair }) => {
      const [a] = pair();
      const fd = a.fileno();
      const waiting = Promise.resolve(loop.sockRecv(a, 10));
      a.close();
      const [c, d] = pair();
      expect(c.fileno()).toBe(fd);
      d.sendall(bytes('for c'));
      expect(String(await loop.sockRecv(c, 10))).toBe('for c');
      await expect(waiting).rejects.toMatchObject({ code: 'EBADF' });
    }));

  test('on a number that was used before, with a call waiting in between', () =>
    withSockets(async ({ loop, pair }) => {
      for (let round = 0; round < 20; round++) {
        const [a, b] = pair();
        loop.callSoon(() => b.sendall(bytes('first')));
        expect(String(await loop.sockRecv(a, 10))).toBe('first');
        loop.callSoon(() => b.sendall(bytes('second')));
        expect(String(await loop.sockRecv(a, 10))).toBe('second');
        a.close();
        b.close();
      }
    }));

  test('beside a reader of the same socket leaves the reader where it is', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      let calls = 0;
      loop.addReader(a, () => calls++);
      const waiting = loop.sockRecv(a, 10);
      b.sendall(bytes('x'));
      expect(String(await waiting)).toBe('x');
      expect(calls).toBe(1);
      expect(loop.removeReader(a)).toBe(true);
    }));

  test('takes a socket of ours that does not block, and a size', () =>
    withSockets(async ({ loop, pair }) => {
      const [a] = pair();
      expect(() => loop.sockRecv({ fileno: () => 1 } as never, 1)).toThrow(
        /^sock must be a Socket of @bight\/sockets/,
      );
      expect(() => loop.sockRecv(a, -1)).toThrow(ValueError);
      expect(() => loop.sockRecv(a, '1' as never)).toThrow(TypeError);
      loop.setDebug(true);
      a.setblocking(true);
      expect(() => loop.sockRecv(a, 1)).toThrow(ValueError);
      expect(() => loop.sockRecv(a, 1)).toThrow('the socket must be non-blocking');
      expect(() => loop.sockSendfile(a, 0)).toThrow(ValueError);
      loop.setDebug(false);
    }));

  test('does not block the thread on a blocking socket', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      a.setblocking(true);
      const waiting = loop.sockRecv(a, 10);
      expect(waiting.done()).toBe(false);
      b.sendall(bytes('x'));
      expect(String(await waiting)).toBe('x');
    }));

  test('is refused by a closed loop', () => {
    const loop = new SelectorEventLoop();
    loop.close();
    const socket = new Socket();
    expect(() => loop.sockRecv(socket, 1)).toThrow(/^Event loop is closed$/);
    socket.close();
  });
});

test('sockRecvInto fills the memory of the caller', () =>
  withSockets(async ({ loop, pair }) => {
    const [a, b] = pair();
    const memory = new Uint16Array(4);
    b.sendall(bytes('abc'));
    expect(await loop.sockRecvInto(a, memory.subarray(1, 3))).toBe(3);
    expect(Buffer.from(memory.buffer).toString('latin1')).toBe('\0\0abc\0\0\0');
    const waiting = loop.sockRecvInto(a, memory);
    b.close();
    expect(await waiting).toBe(0);
    expect(() => loop.sockRecvInto(a, 'x' as never)).toThrow(/^buf must be bytes/);
  }));

describe('datagrams', () => {
  function bound(socket: (options: object) => Socket): Socket {
    const made = socket({ family: AF_INET, type: SOCK_DGRAM });
    made.bind({ host: '127.0.0.1', port: 0 });
    return made;
  }

  test('are received one by one, with the address of their sender', () =>
    withSockets(async ({ loop, socket }) => {
      const [a, b] = [bound(socket), bound(socket)];
      const waiting = loop.sockRecvfrom(a, 100);
      for (const text of ['one', '', 'three']) {
        expect(await loop.sockSendto(b, bytes(text), a.getsockname())).toBe(text.length);
      }
      expect((await waiting).map(String)[0]).toBe('one');
      expect((await waiting)[1]).toEqual(b.getsockname());
      expect((await loop.sockRecvfrom(a, 100))[0]).toHaveLength(0);
      expect(String((await loop.sockRecvfrom(a, 2))[0])).toBe('th');
    }));

  test('are received into memory, as much of it as was named', () =>
    withSockets(async ({ loop, socket }) => {
      const [a, b] = [bound(socket), bound(socket)];
      const memory = Buffer.alloc(8, '-');
      const waiting = loop.sockRecvfromInto(a, memory, { nbytes: 3 });
      await loop.sockSendto(b, bytes('abcdef'), a.getsockname());
      expect(await waiting).toEqual([3, b.getsockname()]);
      expect(String(memory)).toBe('abc-----');
      await loop.sockSendto(b, bytes('xyzxyz'), a.getsockname());
      expect((await loop.sockRecvfromInto(a, memory))[0]).toBe(6);
      expect(() => loop.sockRecvfromInto(a, memory, { nbytes: 9 })).toThrow(ValueError);
    }));

  test('of the largest size fit', () =>
    withSockets(async ({ loop, socket }) => {
      const [a, b] = [bound(socket), bound(socket)];
      for (let i = 0; i < 10; i++) {
        await loop.sockSendto(b, Buffer.alloc(60_000, i), a.getsockname());
        const [data] = await loop.sockRecvfrom(a, 1 << 16);
        expect(data.equals(Buffer.alloc(60_000, i))).toBe(true);
      }
    }));

  test('that are too long, or go nowhere, fail with the error of the system', () =>
    withSockets(async ({ loop, socket }) => {
      const a = bound(socket);
      const sendto = (data: Buffer, host: string) =>
        Promise.resolve(loop.sockSendto(a, data, { host, port: 9 }));
      await expect(sendto(Buffer.alloc(70_000), '127.0.0.1')).rejects.toMatchObject({ code: 'EMSGSIZE' });
      await expect(sendto(bytes('x'), '255.255.255.255')).rejects.toMatchObject({ code: 'EACCES' });
    }));
});
