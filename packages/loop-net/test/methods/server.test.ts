import net from 'node:net';
import { AbstractServer, NotImplementedError } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { membersOf } from '../../../../test/support/members.js';
import { Echo, Recording } from '../../../../test/support/recording.js';
import { Server } from '../../src/index.js';
import { drivers, runOn, type TestLoop } from '../support/loops.js';
import { recordingPair, serve } from '../support/pairs.js';
import { aWhile, turns } from '../support/turns.js';

const none = () => ({});

async function refused(loop: TestLoop, port: number, host = '127.0.0.1'): Promise<boolean> {
  try {
    const [transport] = await loop.createConnection(none, { host, port });
    transport.abort();
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
  }
}

/** Whether a future is done, once everything that is under way has happened. */
async function settles(loop: TestLoop, future: { done(): boolean }): Promise<boolean> {
  await aWhile(loop, 0.02);
  return future.done();
}

describe.each(drivers)('$name: createServer', ({ name, Loop }) => {
  test('makes a server with the members of the abstract class, and no others', async () => {
    await runOn(Loop, async (loop) => {
      const { server } = await serve(loop, none);
      expect(membersOf(server)).toEqual(membersOf(AbstractServer.prototype));
      server.close();
    });
  });

  test('listens at one host, at several, and at every interface', async () => {
    await runOn(Loop, async (loop) => {
      const hosts = async (options: object) => {
        const server = await loop.createServer(none, options);
        const names = server.sockets.map((socket) => socket.getsockname());
        for (const { host, port } of names) {
          const target = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
          expect(await refused(loop, port, target)).toBe(false);
        }
        server.close();
        return names.map(({ host }) => host);
      };
      expect(await hosts({ host: '127.0.0.1' })).toEqual(['127.0.0.1']);
      expect(await hosts({ host: ['127.0.0.1', '::1', '127.0.0.1'] })).toEqual(['127.0.0.1', '::1']);
      expect(await hosts({ port: 0 })).toEqual(['0.0.0.0', '::']);
      expect(await hosts({ host: '' })).toEqual(['0.0.0.0', '::']);
      expect(await hosts({ host: null, port: 0, family: 2 })).toEqual(['0.0.0.0']);
      expect(await hosts({ host: new Set(['::1']), port: '0' })).toEqual(['::1']);
    });
  });

  test('an address in use is an error, and nothing stays open', async () => {
    await runOn(Loop, async (loop) => {
      const { port } = await serve(loop, none);
      const second = loop.createServer(none, { host: ['::1', '127.0.0.1'], port });
      await expect(Promise.resolve(second)).rejects.toMatchObject({ code: 'EADDRINUSE' });
      expect(await refused(loop, port, '::1')).toBe(true);
      const elsewhere = loop.createServer(none, { host: '192.0.2.1', port: 0 });
      await expect(Promise.resolve(elsewhere)).rejects.toMatchObject({
        code: 'EADDRNOTAVAIL',
        message: expect.stringContaining('error while attempting to bind on address 192.0.2.1:0'),
      });
    });
  });

  test('startServing: false binds without listening', async () => {
    await runOn(Loop, async (loop) => {
      const { server, port } = await serve(loop, () => new Echo(loop), { startServing: false });
      expect(server.isServing()).toBe(false);
      expect(port).toBeGreaterThan(0);
      expect(await refused(loop, port)).toBe(true);
      await server.startServing();
      await server.startServing();
      expect(server.isServing()).toBe(true);
      expect(await refused(loop, port)).toBe(false);
      server.close();
      const never = await serve(loop, none, { startServing: false });
      never.server.close();
    });
  });

  test('closing ends listening at once and leaves connections open', async () => {
    await runOn(Loop, async (loop) => {
      const { client, transport, server } = await recordingPair(loop);
      const { port } = server.sockets[0]!.getsockname();
      const socket = server.sockets[0]!;
      expect(socket.getsockopt(1, 30)).not.toBe(0);
      expect(server).toBeInstanceOf(Server);
      expect(server.getLoop()).toBe(loop);
      server.close();
      server.close();
      expect(server.isServing()).toBe(false);
      expect(server.sockets).toEqual([]);
      expect(socket.fileno()).toBe(-1);
      expect(await refused(loop, port)).toBe(true);
      transport.write(Buffer.from('still open'));
      const waiting = server.waitClosed();
      expect(await settles(loop, waiting)).toBe(false);
      transport.close();
      await waiting;
      expect(client.lost).toBeNull();
      await server.waitClosed();
      await expect(Promise.resolve(server.startServing())).rejects.toThrow('is closed');
    });
  });

  test('waitClosed waits for close, even when there are no connections', async () => {
    await runOn(Loop, async (loop) => {
      const { server } = await serve(loop, none);
      const waiting = server.waitClosed();
      expect(await settles(loop, waiting)).toBe(false);
      server.close();
      await waiting;
    });
  });

  test('closeClients closes every connection, abortClients without sending what is unsent', async () => {
    await runOn(Loop, async (loop) => {
      for (const method of ['closeClients', 'abortClients'] as const) {
        const made: Recording[] = [];
        const { server, host, port } = await serve(loop, () => {
          made.push(new Recording(loop));
          return made.at(-1)!;
        });
        const clients: Recording[] = [];
        for (let index = 0; index < 3; index++) {
          const [, client] = await loop.createConnection(() => new Recording(loop), { host, port });
          clients.push(client);
        }
        await turns(loop, 5);
        const size = 8 * 1024 * 1024;
        made[0]!.transport.write(Buffer.alloc(size));
        server.close();
        server[method]();
        await server.waitClosed();
        await clients[0]!.event('lost');
        expect(made.map(({ lost }) => lost)).toEqual([null, null, null]);
        if (method === 'closeClients') expect(clients[0]!.data.length).toBe(size);
        else expect(clients[0]!.data.length).toBeLessThan(size);
      }
    });
  });

  test('serveForever serves until it is cancelled, which closes the server', async () => {
    await runOn(Loop, async (loop) => {
      const { server, host, port } = await serve(loop, () => new Echo(loop), { startServing: false });
      const forever = server.serveForever();
      const [transport, client] = await loop.createConnection(() => new Recording(loop), { host, port });
      transport.write(Buffer.from('served'));
      await client.received(6);
      await expect(Promise.resolve(server.serveForever())).rejects.toThrow(
        'is already being awaited on serveForever()',
      );
      forever.cancel();
      await expect(Promise.resolve(forever)).rejects.toMatchObject({ name: 'CancelledError' });
      expect(server.isServing()).toBe(false);
      expect(await refused(loop, port)).toBe(true);
      await expect(Promise.resolve(server.serveForever())).rejects.toThrow('is closed');
    });
  });

  test('closing the server ends serveForever', async () => {
    await runOn(Loop, async (loop) => {
      const { server } = await serve(loop, none);
      const forever = server.serveForever();
      await turns(loop, 2);
      server.close();
      await expect(Promise.resolve(forever)).rejects.toMatchObject({ name: 'CancelledError' });
    });
  });

  test('await using closes the server and waits for its connections', async () => {
    await runOn(Loop, async (loop) => {
      let seen: AbstractServer;
      {
        const { server, host, port } = await serve(loop, () => ({
          connectionMade: (transport) => {
            loop.callLater(0.01, () => (transport as { close(): void }).close());
          },
        }));
        await using using = server;
        seen = using;
        await loop.createConnection(none, { host, port });
      }
      expect(seen.isServing()).toBe(false);
    });
  });

  test('connections that come while the server closes are closed', async () => {
    await runOn(Loop, async (loop) => {
      const made: Recording[] = [];
      const { server, host, port } = await serve(loop, () => {
        made.push(new Recording(loop));
        return made.at(-1)!;
      });
      const peers = [...Array(10)].map(() => net.connect(port, host));
      const ended = peers.map(
        (peer) =>
          new Promise((resolve) =>
            peer
              .on('error', () => {})
              .on('close', resolve)
              .resume(),
          ),
      );
      await new Promise((resolve) => peers[0]!.once('connect', resolve));
      server.close();
      server.closeClients();
      await server.waitClosed();
      expect(made.every(({ events }) => events.at(-1) === 'lost')).toBe(true);
      await Promise.all(ended);
    });
  });

  test('keepAlive and TCP_NODELAY are set on accepted connections', async () => {
    await runOn(Loop, async (loop) => {
      for (const keepAlive of [true, false]) {
        const accepted = loop.createFuture<Recording>();
        const { host, port, server } = await serve(
          loop,
          () => {
            const protocol = new Recording(loop);
            void protocol.event('made').then(() => accepted.setResult(protocol));
            return protocol;
          },
          { keepAlive },
        );
        await loop.createConnection(none, { host, port });
        const socket = (await accepted).transport.getExtraInfo('socket')!;
        expect(Boolean(socket.getsockopt(1, 9))).toBe(keepAlive);
        expect(socket.getsockopt(6, 1)).not.toBe(0);
        socket.setsockopt(6, 1, 0);
        expect(socket.getsockopt(6, 1)).toBe(0);
        server.close();
      }
    });
  });

  test('reusePort lets two servers share a port, where that is possible', async () => {
    await runOn(Loop, async (loop) => {
      let first: Awaited<ReturnType<typeof serve>>;
      try {
        first = await serve(loop, none, { reusePort: true });
      } catch (error) {
        // Node 20 has no option for it.
        expect(name).toBe('proactor');
        expect(error).toBeInstanceOf(NotImplementedError);
        expect((error as Error).message).toContain('SelectorEventLoop');
        return;
      }
      const second = await serve(loop, none, { reusePort: true, port: first.port });
      expect(second.port).toBe(first.port);
      const without = loop.createServer(none, { host: '127.0.0.1', port: first.port });
      await expect(Promise.resolve(without)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    });
  });

  test("a server of Node's can be taken over", async () => {
    await runOn(Loop, async (loop) => {
      const sock = net.createServer();
      await new Promise<void>((resolve) => sock.listen(0, '127.0.0.1', resolve));
      const { port } = sock.address() as net.AddressInfo;
      const server = await loop.createServer(() => new Echo(loop), { sock });
      const [transport, client] = await loop.createConnection(() => new Recording(loop), {
        host: '127.0.0.1',
        port,
      });
      transport.write(Buffer.from('adopted'));
      await client.received(7);
      transport.close();
      server.close();
      await server.waitClosed();
      expect(await refused(loop, port)).toBe(true);
    });
  });

  test('contradicting options are refused', async () => {
    await runOn(Loop, async (loop) => {
      const make = (options?: object) => () => loop.createServer(none, options as never);
      expect(make()).toThrow('Neither host/port nor sock were specified');
      expect(make({ sock: net.createServer(), port: 0 })).toThrow('can not be specified at the same time');
      expect(make({ port: 0, ssl: true })).toThrow('ssl must be an SSLContext or null');
      expect(make({ port: 0, sslHandshakeTimeout: 1 })).toThrow(
        'sslHandshakeTimeout is only meaningful with ssl',
      );
      expect(make({ host: [], port: 0 })).toThrow('host must be at least one host');
      expect(make({ host: 5 })).toThrow(TypeError);
      expect(make({ host: [5] })).toThrow(TypeError);
      expect(make({ port: -1 })).toThrow('port');
      expect(make({ port: 0, backlog: 'many' })).toThrow(TypeError);
      expect(() => loop.createServer({} as never, { port: 0 })).toThrow(TypeError);
    });
  });
});
