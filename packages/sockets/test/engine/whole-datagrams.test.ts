import { describe, expect, test } from '@jest/globals';
import {
  AF_UNIX,
  EVENT_READ,
  EVENT_WRITE,
  SO_SNDBUF,
  SOCK_DGRAM,
  SOL_SOCKET,
  Socket,
} from '../../src/index.js';
import { MODE_DATAGRAM } from '../../src/low-level.js';
import { closeLater, newEngine, newPair, recorder } from '../support/engines.js';

/** On Linux: lets root exceed the system's limit. */
const SO_SNDBUFFORCE = 32;

/** A pair through which datagrams of that size can go; `null` where the system does not let us. */
function pairFor(size: number): [Socket, Socket] | null {
  const [a, b] = newPair({ family: AF_UNIX, type: SOCK_DGRAM });
  a.setsockopt(SOL_SOCKET, SO_SNDBUF, 2 * size);
  if (a.getsockopt(SOL_SOCKET, SO_SNDBUF) >= size + 1024) return [a, b];
  try {
    a.setsockopt(SOL_SOCKET, SO_SNDBUFFORCE, 2 * size);
    return [a, b];
  } catch (error) {
    expect(Object(error).code).toBe('EPERM');
    return null;
  }
}

function patterned(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let index = 0; index < size; index += 97) bytes[index] = index % 251;
  return bytes;
}

describe('Unix datagrams', () => {
  const sizes = [65_535, 65_536, 65_537, 150_000, 262_144, 262_145, 400_000, 550_000];

  test.each(sizes.filter((size) => pairFor(size) !== null))(
    'of %i bytes are sent and received whole, and so are those around them',
    (size) => {
      const [from, to] = pairFor(size)!;
      const engine = newEngine();
      const received: Buffer[] = [];
      const failures: unknown[] = [];
      const sizes = [3, size, 5, size, 0, 70_000, size - 1];
      const sending = engine.watch(from.fileno(), MODE_DATAGRAM, 0, {
        datagramFailed: (error) => failures.push(error),
        unsentDatagrams: (rest) => waiting.unshift(...rest.map(({ data }) => data)),
        ready: send,
      });
      const waiting = sizes.map(patterned);
      function send() {
        while (waiting.length > 0 && engine.sendto(sending, waiting[0]!, null)) waiting.shift();
        engine.flush();
      }
      engine.watch(to.fileno(), MODE_DATAGRAM, EVENT_READ, {
        datagram: (data) => received.push(Buffer.from(data)),
        failed: (error) => failures.push(error),
      });
      engine.setInterest(sending, EVENT_WRITE);
      for (let turn = 0; turn < 100 && received.length < sizes.length; turn++) engine.poll(1000);
      expect([received.map((data) => data.length), failures]).toEqual([sizes, []]);
      expect(received.findIndex((data) => !data.equals(patterned(data.length)))).toBe(-1);
    },
  );

  test('that are too long for their socket fail with EMSGSIZE', () => {
    const engine = newEngine();
    const [a] = newPair({ family: AF_UNIX, type: SOCK_DGRAM });
    const { handler, delivered } = recorder();
    const slot = engine.watch(a.fileno(), MODE_DATAGRAM, 0, handler);
    a.setsockopt(SOL_SOCKET, SO_SNDBUF, 50_000);
    const send = () => engine.sendto(slot, Buffer.alloc(300_000), null);
    expect(send).toThrow(expect.objectContaining({ code: 'EMSGSIZE', syscall: 'sendto' }));
    expect(engine.sendto(slot, Buffer.alloc(200_000), null)).toBe(true);
    engine.flush();
    expect(delivered).toEqual([['datagramFailed', expect.objectContaining({ code: 'EMSGSIZE' })]]);
  });
});

test('a UDP datagram that is longer than the queue fails with EMSGSIZE, behind those before it', () => {
  const engine = newEngine();
  const server = closeLater(new Socket({ type: SOCK_DGRAM }));
  server.bind({ host: '127.0.0.1', port: 0 });
  const client = closeLater(new Socket({ type: SOCK_DGRAM }));
  const slot = engine.watch(client.fileno(), MODE_DATAGRAM, 0, {}, server.family);
  engine.sendto(slot, Buffer.from('before'), server.getsockname());
  const send = () => engine.sendto(slot, Buffer.alloc(262_145), server.getsockname());
  expect(send).toThrow(
    expect.objectContaining({ code: 'EMSGSIZE', address: '127.0.0.1', port: server.getsockname().port }),
  );
  expect(server.recv(100).toString()).toBe('before');
});
