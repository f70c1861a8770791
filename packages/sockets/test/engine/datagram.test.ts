import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Address } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { AF_INET, AF_INET6, AF_UNIX, EVENT_READ, EVENT_WRITE, SOCK_DGRAM, Socket } from '../../src/index.js';
import { MODE_DATAGRAM } from '../../src/low-level.js';
import { closeLater, newEngine, newPair, recorder } from '../support/engines.js';
import { waitReadable } from '../support/readiness.js';

function boundSocket(address: Address = { host: '127.0.0.1', port: 0 }, family: number = AF_INET): Socket {
  const socket = closeLater(new Socket({ family, type: SOCK_DGRAM }));
  socket.bind(address);
  return socket;
}

describe('datagrams', () => {
  test.each([
    ['IPv4', AF_INET, '127.0.0.1'],
    ['IPv6', AF_INET6, '::1'],
  ])('come with the address of their sender, and are answered: %s', (_name, family, host) => {
    const engine = newEngine();
    const server = boundSocket({ host, port: 0 }, family);
    const client = boundSocket({ host, port: 0 }, family);
    const addresses: Address[] = [];
    const slot = engine.watch(
      server.fileno(),
      MODE_DATAGRAM,
      EVENT_READ,
      {
        datagram(data, address) {
          addresses.push(address);
          engine.sendto(slot, Buffer.concat([Buffer.from('re: '), data]), address);
        },
      },
      family,
    );
    for (const text of ['one', '', 'three']) client.sendto(Buffer.from(text), server.getsockname());
    while (addresses.length < 3) engine.poll(5000);
    waitReadable(client);
    expect(['re: one', 're: ', 're: three'].map(() => client.recv(100).toString())).toEqual([
      're: one',
      're: ',
      're: three',
    ]);
    expect(addresses).toEqual([client.getsockname(), client.getsockname(), client.getsockname()]);
    expect(addresses[0]).toBe(addresses[2]);
    expect(Object.isFrozen(addresses[0])).toBe(true);
    expect(Object.keys(addresses[0]!).sort()).toEqual(Object.keys(client.getsockname()).sort());
  });

  test('come from many senders, each with its own address', () => {
    const engine = newEngine();
    const server = boundSocket();
    const wrong: unknown[] = [];
    let count = 0;
    engine.watch(server.fileno(), MODE_DATAGRAM, EVENT_READ, {
      datagram(data, address) {
        count++;
        if (data.toString() !== String(Reflect.get(Object(address), 'port')))
          wrong.push([data.toString(), address]);
      },
    });
    const clients = Array.from({ length: 400 }, () => boundSocket());
    for (let round = 0; round < 3; round++) {
      for (const [index, client] of clients.entries()) {
        client.sendto(Buffer.from(String(client.getsockname().port)), server.getsockname());
        if (index % 100 === 99) while (count < round * 400 + index + 1) engine.poll(5000);
      }
    }
    expect([count, wrong]).toEqual([1200, []]);
  });

  test('of every size are received and sent whole', () => {
    const engine = newEngine();
    const server = boundSocket();
    const client = boundSocket();
    const sizes: number[] = [];
    const slot = engine.watch(server.fileno(), MODE_DATAGRAM, EVENT_READ, {
      datagram(data, address) {
        sizes.push(data.length);
        expect(data.equals(Buffer.alloc(data.length, data.length % 251))).toBe(true);
        engine.sendto(slot, data, address);
      },
    });
    const wanted = [65507, 1, 1472, 9000, 65507, 0, 64, 40_000, 65507];
    for (let round = 0; round < 10; round++) {
      for (const size of wanted) {
        client.sendto(Buffer.alloc(size, size % 251), server.getsockname());
        engine.poll(5000);
        waitReadable(client);
        expect(client.recv(70_000)).toHaveLength(size);
      }
    }
    expect(sizes).toEqual(Array(10).fill(wanted).flat());
  });

  test('that fit into no slab any more get memory of their own', () => {
    const engine = newEngine();
    const [a, b] = newPair({ family: AF_UNIX, type: SOCK_DGRAM });
    const received: Buffer[] = [];
    engine.watch(a.fileno(), MODE_DATAGRAM, EVENT_READ, {
      datagram: (data) => received.push(Buffer.from(data)),
    });
    let sent = 0;
    for (let round = 0; round < 30; round++) {
      try {
        for (;;) {
          b.send(Buffer.alloc(60_000, sent));
          sent++;
        }
      } catch (error) {
        expect(Object(error).code).toBe('EAGAIN');
      }
      while (received.length < sent) engine.poll(5000);
    }
    expect(received.findIndex((data, index) => !data.equals(Buffer.alloc(60_000, index)))).toBe(-1);
  });

  test('go to addresses in any form, as many as there are', () => {
    const engine = newEngine();
    const server = boundSocket();
    const slot = engine.watch(server.fileno(), MODE_DATAGRAM, 0, {}, AF_INET);
    const clients = Array.from({ length: 1500 }, () => boundSocket({ host: '127.0.0.1', port: 0 }));
    const ports = clients.map((client) => client.getsockname().port);
    for (const port of ports) engine.sendto(slot, Buffer.from(String(port)), { host: '127.0.0.1', port });
    const reused = { host: '127.0.0.1', port: 0 };
    for (const port of ports) {
      reused.port = port;
      engine.sendto(slot, Buffer.from(`${port} again`), reused);
    }
    engine.flush();
    const wrong = clients.filter((client, index) => {
      const texts = [client.recv(100).toString(), client.recv(100).toString()];
      return texts[0] !== String(ports[index]) || texts[1] !== `${ports[index]} again`;
    });
    expect(wrong).toEqual([]);
  });

  test('go between Unix paths', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'sockets-'));
    try {
      const [serverName, clientName] = ['server', 'client'].map((name) => path.join(directory, name));
      const engine = newEngine();
      const server = boundSocket(serverName, AF_UNIX);
      const client = boundSocket(clientName, AF_UNIX);
      const delivered: unknown[] = [];
      const slot = engine.watch(
        server.fileno(),
        MODE_DATAGRAM,
        EVENT_READ,
        {
          datagram(data, address) {
            delivered.push(address);
            engine.sendto(slot, data, address);
          },
        },
        AF_UNIX,
      );
      client.sendto(Buffer.from('x'), serverName!);
      client.sendto(Buffer.from('y'), serverName!);
      engine.poll(5000);
      expect(delivered).toEqual([clientName, clientName]);
      expect([client.recv(9).toString(), client.recv(9).toString()]).toEqual(['x', 'y']);
      const nameless = closeLater(new Socket({ family: AF_UNIX, type: SOCK_DGRAM }));
      engine.setInterest(slot, 0);
      engine.setHandler(slot, { datagram: (data, address) => delivered.push([data.toString(), address]) });
      engine.setInterest(slot, EVENT_READ);
      for (let round = 0; round < 2; round++) nameless.sendto(Buffer.from('z'), serverName!);
      engine.poll(5000);
      expect(delivered.slice(2)).toEqual([
        ['z', ''],
        ['z', ''],
      ]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('that are too long fail alone', () => {
    const engine = newEngine();
    const server = boundSocket();
    const client = boundSocket();
    const { handler, delivered } = recorder();
    const slot = engine.watch(server.fileno(), MODE_DATAGRAM, 0, handler, AF_INET);
    engine.sendto(slot, Buffer.from('before'), client.getsockname());
    engine.sendto(slot, Buffer.alloc(65_530), client.getsockname());
    engine.sendto(slot, Buffer.from('after'), client.getsockname());
    engine.flush();
    expect(delivered).toEqual([
      ['datagramFailed', expect.objectContaining({ code: 'EMSGSIZE', syscall: 'sendto' })],
    ]);
    expect([client.recv(100).toString(), client.recv(100).toString()]).toEqual(['before', 'after']);
  });

  test('that a connected socket could not deliver are reported', () => {
    const engine = newEngine();
    const gone = boundSocket();
    const client = boundSocket();
    client.connect(gone.getsockname());
    gone.close();
    const { handler, delivered } = recorder();
    const slot = engine.watch(client.fileno(), MODE_DATAGRAM, EVENT_READ, handler, AF_INET);
    engine.sendto(slot, Buffer.from('x'), null);
    engine.flush();
    engine.poll(5000);
    expect(delivered).toEqual([
      ['failed', expect.objectContaining({ code: 'ECONNREFUSED', syscall: 'recv' })],
    ]);
  });

  test('for which there is no room are given back, with their addresses, to be sent later', () => {
    const engine = newEngine();
    const [a, b] = newPair({ type: SOCK_DGRAM });
    const rest: string[] = [];
    const received: string[] = [];
    const slot = engine.watch(
      a.fileno(),
      MODE_DATAGRAM,
      0,
      {
        unsentDatagrams: (list) => rest.push(...list.map(({ data, address }) => `${data} ${address}`)),
        ready() {
          for (const text of rest.splice(0, 5)) engine.sendto(slot, Buffer.from(text.split(' ')[0]!), null);
          if (rest.length === 0) engine.setInterest(slot, 0);
        },
      },
      AF_UNIX,
    );
    const all = Array.from({ length: 500 }, (_, index) => `datagram-${index}`);
    for (const text of all) engine.sendto(slot, Buffer.from(text), null);
    engine.flush();
    expect(rest.length).toBeGreaterThan(0);
    expect(rest.at(-1)).toBe('datagram-499 null');
    engine.setInterest(slot, EVENT_WRITE);
    while (received.length < all.length) {
      engine.poll();
      try {
        for (;;) received.push(b.recv(100).toString());
      } catch (error) {
        expect(Object(error).code).toBe('EAGAIN');
      }
    }
    expect(received).toEqual(all);
  });

  test('to a host name are looked up', () => {
    const engine = newEngine();
    const server = boundSocket();
    const client = boundSocket();
    const slot = engine.watch(server.fileno(), MODE_DATAGRAM, 0, {}, AF_INET);
    engine.sendto(slot, Buffer.from('x'), { host: 'localhost', port: client.getsockname().port });
    engine.flush();
    expect(client.recv(9).toString()).toBe('x');
    const send = () => engine.sendto(slot, Buffer.from('x'), 'no address' as never);
    expect(send).toThrow(TypeError);
  });
});
