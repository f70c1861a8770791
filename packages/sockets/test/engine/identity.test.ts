import type { Address } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { AF_INET, EVENT_READ, SOCK_DGRAM, Socket, socketpair } from '../../src/index.js';
import { type EngineHandler, MODE_DATAGRAM, MODE_STREAM } from '../../src/low-level.js';
import { closeLater, newEngine, newPair, recorder } from '../support/engines.js';

function boundSocket(): Socket {
  const socket = closeLater(new Socket({ type: SOCK_DGRAM }));
  socket.bind({ host: '127.0.0.1', port: 0 });
  return socket;
}

/** What has arrived at a socket. */
function arrived(socket: Socket): string[] {
  const texts: string[] = [];
  try {
    for (;;) texts.push(socket.recv(100).toString());
  } catch (error) {
    expect(Object(error).code).toBe('EAGAIN');
    return texts;
  }
}

/** A server whose handler may be replaced, and peers that number themselves in what they send. */
function serverWith(peers: number) {
  const engine = newEngine();
  const server = boundSocket();
  const handler: EngineHandler = {};
  const slot = engine.watch(server.fileno(), MODE_DATAGRAM, EVENT_READ, handler, AF_INET);
  const clients = Array.from({ length: peers }, boundSocket);
  const ask = (index: number) => clients[index]!.sendto(Buffer.from(String(index)), server.getsockname());
  return { engine, slot, clients, handler, ask };
}

/** As many as a socket's buffer holds, with the kernel's overhead, in any case. */
const AT_ONCE = 100;

describe('an answer', () => {
  test('goes to the peer that asked, among more peers than are ever known at a time', () => {
    const { engine, slot, clients, handler, ask } = serverWith(5000);
    let count = 0;
    handler.datagram = (data, address) => {
      count++;
      engine.sendto(slot, data, address);
    };
    const wrong: unknown[] = [];
    for (let round = 0; round < 2; round++) {
      for (let first = 0; first < clients.length; first += AT_ONCE) {
        for (let index = first; index < first + AT_ONCE; index++) ask(index);
        while (count < round * clients.length + first + AT_ONCE) engine.poll(5000);
        for (let index = first; index < first + AT_ONCE; index++) {
          const texts = arrived(clients[index]!);
          if (texts.join() !== String(index)) wrong.push([index, texts]);
        }
      }
    }
    expect([count, wrong]).toEqual([10_000, []]);
  });

  test('goes to the peer that asked long ago, even if other peers have asked since', () => {
    const peers = 4800;
    const { engine, slot, clients, handler, ask } = serverWith(peers);
    const addresses: Address[] = [];
    // At each question the handler answers the one before last, at the address that came with it.
    const late = 2000;
    handler.datagram = (data, address) => {
      addresses[Number(data)] = address;
      const before = Number(data) - late;
      if (before >= 0) engine.sendto(slot, Buffer.from(String(before)), addresses[before]!);
    };
    for (let first = 0; first < peers; first += AT_ONCE) {
      for (let index = first; index < first + AT_ONCE; index++) ask(index);
      while (addresses[first + AT_ONCE - 1] === undefined) engine.poll(5000);
    }
    const wrong = clients.flatMap((client, index) => {
      const texts = arrived(client).join();
      return texts === (index < peers - late ? String(index) : '') ? [] : [[index, texts]];
    });
    expect(wrong).toEqual([]);
  });

  test('goes to its peer while the same callback sends to more addresses than are ever known', () => {
    const { engine, slot, clients, handler, ask } = serverWith(4900);
    const ports = clients.map((client) => client.getsockname().port);
    let isDone = false;
    handler.datagram = (data, address) => {
      isDone = true;
      engine.sendto(slot, data, address);
      for (const port of ports) engine.sendto(slot, Buffer.from(`for ${port}`), { host: '127.0.0.1', port });
      engine.sendto(slot, data, address);
    };
    ask(7);
    while (!isDone) engine.poll(5000);
    const wrong = clients.flatMap((client, index) => {
      const texts = arrived(client).join();
      const own = `for ${ports[index]}`;
      return texts === (index === 7 ? `7,${own},7` : own) ? [] : [[index, texts]];
    });
    expect(wrong).toEqual([]);
  });
});

describe('a slot that was reused for another descriptor', () => {
  test('gets nothing of what was written for its first descriptor while it was being closed', () => {
    const engine = newEngine();
    const [a, peerOfA] = newPair();
    const [b] = newPair();
    const [c, peerOfC] = newPair();
    const first: number = engine.watch(a.fileno(), MODE_STREAM, 0, {});
    const broken = engine.watch(b.fileno(), MODE_STREAM, 0, {
      unsent: () => engine.write(first, Buffer.from('for A, too late')),
    });
    b.shutdown(1);
    engine.write(broken, Buffer.from('x'));
    a.detach();
    engine.closeSlot(first);
    const second = engine.watch(c.fileno(), MODE_STREAM, 0, {});
    engine.write(second, Buffer.from('for C'));
    engine.flush();
    expect([second, peerOfC.recv(100).toString(), peerOfA.recv(100).toString()]).toEqual([
      first,
      'for C',
      '',
    ]);
  });

  test('is not closed twice when a handler closes it while it is being closed', () => {
    const engine = newEngine();
    const [a] = newPair();
    const [b] = newPair();
    const [c, peerOfC] = socketpair();
    closeLater(peerOfC);
    let opened = -1;
    const first: number = engine.watch(a.fileno(), MODE_STREAM, 0, {});
    const broken = engine.watch(b.fileno(), MODE_STREAM, 0, {
      unsent() {
        engine.closeSlot(first);
        opened = engine.watch(c.detach(), MODE_STREAM, 0, {});
      },
    });
    b.shutdown(1);
    engine.write(broken, Buffer.from('x'));
    a.detach();
    engine.closeSlot(first);
    engine.write(opened, Buffer.from('still open'));
    engine.flush();
    expect(peerOfC.recv(100).toString()).toBe('still open');
    engine.closeSlot(opened);
  });
});

describe('a number that was reused for another descriptor', () => {
  function reuse() {
    const engine = newEngine();
    const { handler, delivered } = recorder();
    const [a, other] = socketpair();
    closeLater(other);
    const number = a.fileno();
    const old = engine.watch(number, MODE_STREAM, 0, handler);
    a.close();
    const pair = socketpair();
    const [fresh, peer] = pair[0].fileno() === number ? pair : [pair[1], pair[0]];
    expect(fresh.fileno()).toBe(number);
    closeLater(fresh);
    closeLater(peer);
    const own = recorder();
    const slot = engine.watch(number, MODE_STREAM, EVENT_READ, own.handler);
    return { engine, old, slot, delivered, own: own.delivered, peer };
  }

  test('gets nothing that was written for the first', () => {
    const { engine, old, slot, delivered, peer } = reuse();
    engine.write(old, Buffer.from('for the old one'));
    engine.write(slot, Buffer.from('for the new one'));
    engine.flush();
    expect(peer.recv(100).toString()).toBe('for the new one');
    expect(delivered).toEqual([['unsent', 'for the old one', expect.objectContaining({ code: 'EBADF' })]]);
    expect(() => engine.write(old, Buffer.alloc(100_000))).toThrow(
      expect.objectContaining({ code: 'EBADF' }),
    );
  });

  test('loses no events to the slot of the first', () => {
    const { engine, old, own, delivered, peer } = reuse();
    expect(() => engine.setInterest(old, EVENT_READ)).toThrow(expect.objectContaining({ code: 'EBADF' }));
    peer.sendall(Buffer.from('x'));
    engine.poll(5000);
    expect([own, delivered]).toEqual([[['received', 'x']], []]);
  });

  test('stays open when the slot of the first is closed', () => {
    const { engine, old, own, peer } = reuse();
    engine.closeSlot(old);
    peer.sendall(Buffer.from('x'));
    engine.poll(5000);
    expect(own).toEqual([['received', 'x']]);
  });
});

test('what comes after bytes that came back does not overtake them, whatever other handlers write meanwhile', () => {
  const engine = newEngine();
  const [a, peer] = newPair();
  const [b] = newPair();
  const returned: string[] = [];
  // Of what is queued for A nothing finds room any more. Then B, which is broken, fills the queue again.
  const block = Buffer.alloc(8 * 1024, 'a');
  const slot = engine.watch(a.fileno(), MODE_STREAM, 0, {
    unsent: (rest) => void returned.push(String(rest.length)),
  });
  try {
    for (;;) a.send(Buffer.alloc(1 << 16));
  } catch (error) {
    expect(Object(error).code).toBe('EAGAIN');
  }
  const broken: number = engine.watch(b.fileno(), MODE_STREAM, 0, {
    unsent() {
      for (let count = 0; count < 40; count++) engine.write(other, block);
    },
  });
  const [c] = newPair();
  const other = engine.watch(c.fileno(), MODE_STREAM, 0, {});
  b.shutdown(1);
  engine.write(slot, Buffer.from('first'));
  engine.write(broken, Buffer.from('x'));
  for (let count = 0; count < 31; count++) engine.write(other, block);
  // No room in the queue: it is flushed, and 'first' comes back.
  const taken = engine.write(slot, block);
  expect([returned, taken]).toEqual([['5'], 0]);
  void peer;
});
