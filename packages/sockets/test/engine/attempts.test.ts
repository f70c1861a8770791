import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { SOCK_DGRAM, Socket } from '../../src/index.js';
import {
  checkConnected,
  isSocket,
  listenForLoss,
  NOT_READY,
  seek,
  tryAccept,
  tryConnect,
  tryReceive,
  tryReceiveFrom,
  tryReceiveFromInto,
  tryReceiveInto,
  trySend,
  trySendFile,
  trySendTo,
} from '../../src/low-level.js';
import { closeLater, newPair } from '../support/engines.js';
import { thrownBy } from '../support/errors.js';
import { waitReadable, waitWritable } from '../support/readiness.js';

const bytes = (text: string) => Buffer.from(text);

describe('a call that would have to wait returns at once, also on a blocking socket', () => {
  test('receiving', () => {
    const [a, b] = newPair();
    a.setblocking(true);
    const memory = Buffer.alloc(10);
    expect(tryReceive(a, 10)).toBeNull();
    expect(tryReceiveFrom(a, 10)).toBeNull();
    expect(tryReceiveInto(a, memory, 10)).toBe(NOT_READY);
    expect(tryReceiveFromInto(a, memory, 10)).toBeNull();
    b.sendall(bytes('abcdefgh'));
    expect(String(tryReceive(a, 2))).toBe('ab');
    expect(String(tryReceiveFrom(a, 2)![0])).toBe('cd');
    expect(tryReceiveInto(a, memory, 2)).toBe(2);
    expect(tryReceiveFromInto(a, memory.subarray(2), 8)![0]).toBe(2);
    expect(String(memory.subarray(0, 4))).toBe('efgh');
  });

  test('sending', () => {
    const [a] = newPair({ type: SOCK_DGRAM });
    a.setblocking(true);
    let sent = 0;
    while (trySend(a, Buffer.alloc(1000), 0) !== NOT_READY) sent++;
    expect(sent).toBeGreaterThan(0);
  });

  test('sending datagrams to an address', () => {
    const [a, b] = [0, 1].map(() => {
      const socket = closeLater(new Socket({ type: SOCK_DGRAM }));
      socket.bind({ host: '127.0.0.1', port: 0 });
      return socket;
    }) as [Socket, Socket];
    expect(trySendTo(a, bytes('x'), b.getsockname())).toBe(1);
    waitReadable(b);
    expect(tryReceiveFrom(b, 10)).toEqual([bytes('x'), a.getsockname()]);
    expect(thrownBy(() => trySendTo(a, Buffer.alloc(70_000), b.getsockname())).code).toBe('EMSGSIZE');
  });

  test('accepting and connecting', () => {
    const server = closeLater(new Socket());
    server.bind({ host: '127.0.0.1', port: 0 });
    server.listen();
    expect(tryAccept(server)).toBeNull();
    const client = closeLater(new Socket());
    const address = server.getsockname();
    if (!tryConnect(client, address)) waitWritable(client);
    checkConnected(client, address);
    waitReadable(server);
    const [connection, peer] = tryAccept(server)!;
    closeLater(connection);
    expect(peer).toEqual(client.getsockname());
    expect(connection.getblocking()).toBe(false);
    const refused = closeLater(new Socket());
    server.close();
    const failure = thrownBy(() => {
      if (!tryConnect(refused, address)) waitWritable(refused);
      checkConnected(refused, address);
    });
    expect(failure).toMatchObject({ code: 'ECONNREFUSED', port: address.port });
  });
});

test('received bytes stay what they were, even if earlier ones are changed or transferred', () => {
  const [a, b] = newPair();
  const received = [1, 2, 3].map((mark) => {
    b.sendall(Buffer.alloc(100, mark));
    return tryReceive(a, 1 << 20)!;
  });
  received.forEach((data, index) => {
    expect(data.equals(Buffer.alloc(100, index + 1))).toBe(true);
  });
  expect(received[0]!.buffer === received[1]!.buffer).toBe(false);
  const { port1 } = new MessageChannel();
  try {
    port1.postMessage(received[0], [received[0]!.buffer as ArrayBuffer]);
  } catch (error) {
    // A slab is marked as untransferable.
    expect(error).toMatchObject({ name: 'DataCloneError' });
  }
  port1.close();
  expect(received[1]!.equals(Buffer.alloc(100, 2))).toBe(true);
});

test('a datagram of any size is received whole', () => {
  const [a, b] = newPair({ type: SOCK_DGRAM });
  b.send(Buffer.alloc(100_000, 7));
  expect(tryReceive(a, 300_000)!.equals(Buffer.alloc(100_000, 7))).toBe(true);
  b.send(Buffer.alloc(100_000, 8));
  expect(tryReceive(a, 200_000)!.equals(Buffer.alloc(100_000, 8))).toBe(true);
});

test("a file's position moves by seek() and not by sending it; a socket has none", () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bight-seek-'));
  const name = path.join(folder, 'file');
  writeFileSync(name, '0123456789');
  const fd = openSync(name, 'r');
  const next = Buffer.alloc(1);
  for (const place of [7, 2]) {
    seek(fd, place);
    readSync(fd, next, 0, 1, null);
    expect(String(next)).toBe(String(place));
  }
  const [a, b] = newPair();
  while (trySend(a, Buffer.alloc(1000), 0) !== NOT_READY);
  expect(trySendFile(a, fd, 0, 10)).toBe(NOT_READY);
  while (tryReceive(b, 100_000) !== null);
  expect(trySendFile(a, fd, 3, 100)).toBe(7);
  expect(trySendFile(a, fd, 10, 100)).toBe(0);
  closeSync(fd);
  rmSync(folder, { recursive: true });
  expect(thrownBy(() => seek(a.fileno(), 0))).toMatchObject({ code: 'ESPIPE', syscall: 'lseek' });
});

describe('a listener for the loss of a descriptor', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['closed', (socket) => socket.close()],
    ['given away', (socket) => closeSync(socket.detach())],
  ])('is called once, when the socket is %s, and before that happens', (_how, lose) => {
    const [a] = newPair();
    const fd = a.fileno();
    const delivered: unknown[] = [];
    const listener = {
      descriptorLost() {
        // Still there: no other file can have its number yet.
        const other = new Socket();
        delivered.push([a.fileno(), other.fileno() === fd]);
        other.close();
      },
    };
    listenForLoss(a, listener);
    listenForLoss(a, listener);
    lose(a);
    a.close();
    expect(delivered).toEqual([[-1, false]]);
  });

  test('needs a Socket', () => {
    class Own extends Socket {}
    const own = new Own();
    expect([own, new Proxy(own, {}), {}, null, 1].map(isSocket)).toEqual([true, false, false, false, false]);
    own.close();
  });
});
