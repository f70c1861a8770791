import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ValueError } from '@bight/loop-abstract';
import { createTask, sleep } from '@bight/loop-core';
import { AF_INET6, AF_UNIX, Socket } from '@bight/sockets';
import { describe, expect, test } from '@jest/globals';
import { bytes, withSockets } from '../../support/sockets.js';

describe('sockConnect', () => {
  test('connects to an address', () =>
    withSockets(async ({ loop, listening, socket }) => {
      const server = listening();
      const client = socket();
      expect(await loop.sockConnect(client, server.getsockname())).toBeUndefined();
      expect(client.getpeername()).toEqual(server.getsockname());
    }));

  test('looks a name up in the family of the socket', () =>
    withSockets(async ({ loop, listening, socket }) => {
      const server = listening();
      const client = socket();
      await loop.sockConnect(client, { host: 'localhost', port: server.getsockname().port });
      expect(client.getpeername()).toEqual(server.getsockname());
      const other = socket({ family: AF_INET6 });
      const connecting = Promise.resolve(loop.sockConnect(other, { host: '127.0.0.1', port: 1 }));
      await expect(connecting).rejects.toMatchObject({ syscall: 'getaddrinfo' });
    }));

  test('fails as the system says, with the address', () =>
    withSockets(async ({ loop, socket }) => {
      const free = socket();
      free.bind({ host: '127.0.0.1', port: 0 });
      const { port } = free.getsockname();
      await expect(
        Promise.resolve(loop.sockConnect(socket(), { host: '127.0.0.1', port })),
      ).rejects.toMatchObject({ code: 'ECONNREFUSED', syscall: 'connect', address: '127.0.0.1', port });
      await expect(
        Promise.resolve(loop.sockConnect(socket(), { host: 'no.such.host.invalid', port })),
      ).rejects.toMatchObject({ syscall: 'getaddrinfo' });
    }));

  test('connects Unix sockets, and fails with EAGAIN when the queue of the other end is full', () =>
    withSockets(async ({ loop, socket }) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'bight-sock-'));
      try {
        const server = socket({ family: AF_UNIX });
        const name = path.join(folder, 's');
        server.bind(name);
        server.listen({ backlog: 0 });
        await loop.sockConnect(socket({ family: AF_UNIX }), name);
        await expect(
          (async () => {
            for (;;) await loop.sockConnect(socket({ family: AF_UNIX }), name);
          })(),
        ).rejects.toMatchObject({ code: 'EAGAIN', address: name });
      } finally {
        rmSync(folder, { recursive: true });
      }
    }));

  test('checks the address before anything else', () =>
    withSockets(async ({ loop, socket }) => {
      expect(() => loop.sockConnect(socket(), 'x' as never)).toThrow(/^address must be { host, port }/);
      const connecting = (async () => loop.sockConnect(socket(), { host: '127.0.0.1', port: 70_000 }))();
      await expect(connecting).rejects.toThrow(ValueError);
    }));
});

describe('sockAccept', () => {
  test('returns a new socket that does not block, and the address of the other end', () =>
    withSockets(async ({ loop, listening, socket, keep }) => {
      const server = listening();
      const accepting = loop.sockAccept(server);
      expect(accepting.done()).toBe(false);
      const client = socket();
      await loop.sockConnect(client, server.getsockname());
      const [connection, address] = await accepting;
      keep(connection);
      expect(connection).toBeInstanceOf(Socket);
      expect(connection.getblocking()).toBe(false);
      expect(address).toEqual(client.getsockname());
      await loop.sockSendall(connection, bytes('hello'));
      expect(String(await loop.sockRecv(client, 10))).toBe('hello');
    }));

  test('takes a connection that is there already without a turn', () =>
    withSockets(async ({ loop, listening, socket, keep }) => {
      const server = listening();
      await loop.sockConnect(socket(), server.getsockname());
      const accepting = loop.sockAccept(server);
      expect(accepting.done()).toBe(true);
      keep((await accepting)[0]);
    }));

  test('cancelled and made again at once loses no connection', () =>
    withSockets(async ({ loop, listening, socket, keep }) => {
      const server = listening();
      for (let round = 0; round < 30; round++) {
        const task = createTask(async () => loop.sockAccept(server));
        await sleep(0);
        const client = socket();
        const connecting = loop.sockConnect(client, server.getsockname());
        task.cancel();
        const [connection, address] = await loop.sockAccept(server);
        keep(connection);
        await connecting;
        expect(address).toEqual(client.getsockname());
        expect(task.cancelled()).toBe(true);
      }
    }));

  test('by several at once gives each a connection', () =>
    withSockets(async ({ loop, listening, socket, keep }) => {
      const server = listening();
      const accepting = [1, 2, 3].map(() => loop.sockAccept(server));
      for (let i = 0; i < 3; i++) await loop.sockConnect(socket(), server.getsockname());
      const ports = (await Promise.all(accepting)).map(([connection, { port }]) => {
        keep(connection);
        return port;
      });
      expect(new Set(ports).size).toBe(3);
    }));
});
