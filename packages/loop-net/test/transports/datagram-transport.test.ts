import dgram from 'node:dgram';
import { DatagramTransport, type InetAddress } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { membersOf } from '../../../../test/support/members.js';
import { DatagramRecording } from '../support/datagrams.js';
import { drivers, runOn, runReporting, type TestLoop } from '../support/loops.js';

const loopback = { host: '127.0.0.1', port: 0 };

async function bound(
  loop: TestLoop,
  options: object = {},
): Promise<{ protocol: DatagramRecording; name: InetAddress }> {
  const [transport, protocol] = await loop.createDatagramEndpoint(() => new DatagramRecording(loop), {
    localAddr: loopback,
    ...options,
  });
  return { protocol, name: transport.getExtraInfo('sockname')! };
}

async function connected(loop: TestLoop, remoteAddr: InetAddress): Promise<DatagramRecording> {
  const [, protocol] = await loop.createDatagramEndpoint(() => new DatagramRecording(loop), { remoteAddr });
  return protocol;
}

describe.each(drivers)('$name: datagrams', ({ Loop }) => {
  test('an endpoint has the members of its abstract class, and no others', async () => {
    await runOn(Loop, async (loop) => {
      const { protocol } = await bound(loop);
      expect(membersOf(protocol.transport)).toEqual(membersOf(DatagramTransport.prototype));
      protocol.transport.close();
      await protocol.until(({ events }) => events.includes('lost null'));
    });
  });

  test('a bound endpoint and a connected one exchange datagrams, empty ones too', async () => {
    await runOn(Loop, async (loop) => {
      const { protocol: server, name } = await bound(loop);
      const client = await connected(loop, name);
      for (const text of ['one', '', 'three']) client.transport.sendto(Buffer.from(text));
      await server.received(3);
      expect(server.texts).toEqual(['one', '', 'three']);
      expect(server.datagrams[0]!.from).toEqual(client.transport.getExtraInfo('sockname'));
      server.transport.sendto(Buffer.from('answer'), server.datagrams[0]!.from);
      await client.received(1);
      expect(client.texts).toEqual(['answer']);
      expect(client.datagrams[0]!.from).toEqual(name);
      client.transport.close();
      await client.until(({ events }) => events.includes('lost null'));
      expect(client.events).toEqual(['made', 'datagram', 'lost null']);
    });
  });

  test('extra info has names, family and descriptor', async () => {
    await runOn(Loop, async (loop) => {
      const { protocol: server, name } = await bound(loop);
      const client = await connected(loop, name);
      expect(name).toEqual({ host: '127.0.0.1', port: name.port, family: 2 });
      expect(server.transport.getExtraInfo('peername')).toBeNull();
      expect(client.transport.getExtraInfo('peername')).toEqual(name);
      const socket = server.transport.getExtraInfo('socket')!;
      expect([socket.family, socket.type, socket.proto]).toEqual([2, 2, 17]);
      expect(socket.fileno()).toBeGreaterThan(2);
      expect(() => socket.getpeername()).toThrow(expect.objectContaining({ code: 'ENOTCONN' }));
    });
  });

  test('a connected endpoint refuses other addresses, an unconnected one wants an address', async () => {
    await runOn(Loop, async (loop) => {
      const { protocol: server, name } = await bound(loop);
      const client = await connected(loop, name);
      client.transport.sendto(Buffer.from('x'), name);
      expect(() => client.transport.sendto(Buffer.from('x'), { host: '127.0.0.1', port: 1 })).toThrow(
        'Invalid address',
      );
      expect(() => server.transport.sendto(Buffer.from('x'))).toThrow(
        'addr must be an address { host, port }, not null',
      );
      expect(() => client.transport.sendto('text' as never)).toThrow(TypeError);
      await server.received(1);
    });
  });

  test('an endpoint of a family alone sends to any address, also by name', async () => {
    await runOn(Loop, async (loop) => {
      const { protocol: server, name } = await bound(loop);
      const [transport] = await loop.createDatagramEndpoint(() => new DatagramRecording(loop), { family: 2 });
      transport.sendto(Buffer.from('numeric'), name);
      await server.received(1);
      transport.sendto(Buffer.from('by name'), { host: 'localhost', port: name.port });
      await server.received(2);
      expect(server.texts).toEqual(['numeric', 'by name']);
    });
  });

  test('a datagram to a port without a listener is an error of the connected endpoint', async () => {
    await runOn(Loop, async (loop) => {
      const { protocol: server, name } = await bound(loop);
      const client = await connected(loop, name);
      server.transport.close();
      await server.until(({ events }) => events.includes('lost null'));
      client.transport.sendto(Buffer.from('x'));
      await client.until(({ errors }) => errors.length > 0);
      expect(client.errors[0]!.code).toBe('ECONNREFUSED');
      expect(client.transport.isClosing()).toBe(false);
    });
  });

  test('an unconnected endpoint goes on after a datagram that was not delivered', async () => {
    await runOn(Loop, async (loop) => {
      const { protocol: first, name } = await bound(loop);
      const gone = await bound(loop);
      gone.protocol.transport.close();
      await gone.protocol.until(({ events }) => events.includes('lost null'));
      first.transport.sendto(Buffer.from('into the void'), gone.name);
      const second = await connected(loop, name);
      second.transport.sendto(Buffer.from('hello'));
      await first.received(1);
      expect(first.texts).toEqual(['hello']);
    });
  });

  test('a datagram that is too long is an error, and the endpoint goes on', async () => {
    await runOn(Loop, async (loop) => {
      const { protocol: server, name } = await bound(loop);
      const client = await connected(loop, name);
      client.transport.sendto(Buffer.alloc(70_000));
      await client.until(({ errors }) => errors.length > 0);
      expect(client.errors[0]!.code).toBe('EMSGSIZE');
      client.transport.sendto(Buffer.alloc(60_000));
      await server.received(1);
      expect(server.datagrams[0]!.data.length).toBe(60_000);
    });
  });

  test('an impossible address is an error of the endpoint, not of sendto', async () => {
    await runOn(Loop, async (loop) => {
      const { protocol } = await bound(loop);
      protocol.transport.sendto(Buffer.from('x'), { host: '127.0.0.1', port: 0 });
      await protocol.until(({ errors }) => errors.length > 0);
      expect(protocol.transport.isClosing()).toBe(false);
    });
  });

  test('memory may be used again after sendto', async () => {
    await runOn(Loop, async (loop) => {
      const { protocol: server, name } = await bound(loop);
      const client = await connected(loop, name);
      const memory = Buffer.alloc(4);
      for (let round = 0; round < 20; round++) {
        memory.writeUInt32BE(round);
        client.transport.sendto(memory);
      }
      await server.received(20);
      expect(server.datagrams.map(({ data }) => data.readUInt32BE())).toEqual([...Array(20).keys()]);
    });
  });

  test('closing sends what waits, and nothing comes after connectionLost', async () => {
    await runOn(Loop, async (loop) => {
      const { protocol: server, name } = await bound(loop);
      const client = await connected(loop, name);
      for (let index = 0; index < 50; index++) client.transport.sendto(Buffer.from(String(index)));
      client.transport.close();
      client.transport.close();
      await server.received(50);
      client.transport.sendto(Buffer.from('late'));
      client.transport.abort();
      await client.until(({ events }) => events.includes('lost null'));
      expect(client.events.filter((event) => event.startsWith('lost'))).toHaveLength(1);
    });
  });

  test('closing sends an empty datagram, too, whose host is still looked up', async () => {
    await runOn(Loop, async (loop) => {
      const { protocol: server, name } = await bound(loop);
      const [transport] = await loop.createDatagramEndpoint(() => new DatagramRecording(loop), { family: 2 });
      transport.sendto(Buffer.alloc(0), { host: 'localhost', port: name.port });
      expect(transport.getWriteBufferSize()).toBeGreaterThan(0);
      transport.close();
      await server.received(1);
      expect(server.texts).toEqual(['']);
    });
  });

  test('broadcast: the socket may send to all hosts and is not connected', async () => {
    await runOn(Loop, async (loop) => {
      const { name } = await bound(loop);
      const [transport] = await loop.createDatagramEndpoint(() => new DatagramRecording(loop), {
        remoteAddr: name,
        allowBroadcast: true,
      });
      expect(transport.getExtraInfo('socket')!.getsockopt(1, 6)).not.toBe(0);
      expect(transport.getExtraInfo('peername')).toBeNull();
    });
  });

  test('IPv6', async () => {
    await runOn(Loop, async (loop) => {
      const { protocol: server, name } = await bound(loop, { localAddr: { host: '::1', port: 0 } });
      expect(name).toEqual({ host: '::1', port: name.port, family: name.family, flowinfo: 0, scopeId: 0 });
      const client = await connected(loop, name);
      client.transport.sendto(Buffer.from('six'));
      await server.received(1);
      expect(server.datagrams[0]!.from).toMatchObject({ host: '::1', scopeId: 0 });
    });
  });

  test.each([
    [{ family: 99 }, 'EAFNOSUPPORT'],
    [{ family: 2, proto: 99 }, 'EPROTONOSUPPORT'],
  ])('a socket of %j is refused as the system refuses it', async (options, code) => {
    await runOn(Loop, async (loop) => {
      const open = async () => await loop.createDatagramEndpoint(() => ({}), options);
      await expect(open()).rejects.toMatchObject({ code, syscall: 'socket' });
    });
  });

  test('contradicting options are refused', async () => {
    await runOn(Loop, async (loop) => {
      const make = (options: object) => () => loop.createDatagramEndpoint(() => ({}), options as never);
      expect(make({})).toThrow('unexpected address family');
      expect(make({ localAddr: loopback, reuseAddress: true })).toThrow(TypeError);
      expect(make({ localAddr: 'nowhere' })).toThrow('localAddr must be an address { host, port }');
      expect(make({ localAddr: { host: '127.0.0.1', port: 70_000 } })).toThrow('localAddr.port');
      const sock = dgram.createSocket('udp4');
      expect(make({ sock, localAddr: loopback, reusePort: true })).toThrow(
        'socket modifier keyword arguments can not be used when sock is specified. (localAddr=',
      );
      sock.close();
      const mixed = { localAddr: { host: '::1', port: 0 }, remoteAddr: { host: '127.0.0.1', port: 9 } };
      await expect(Promise.resolve(make(mixed)())).rejects.toThrow('can not get address information');
    });
  });

  test("an address in use is an error, and a socket of Node's can be taken over", async () => {
    await runOn(Loop, async (loop) => {
      const { name } = await bound(loop);
      const second = loop.createDatagramEndpoint(() => ({}), { localAddr: name });
      await expect(Promise.resolve(second)).rejects.toMatchObject({ code: 'EADDRINUSE' });
      const sock = dgram.createSocket('udp4');
      const [transport, protocol] = await loop.createDatagramEndpoint(() => new DatagramRecording(loop), {
        sock,
      });
      const client = await connected(loop, {
        host: '127.0.0.1',
        port: transport.getExtraInfo('sockname')!.port,
      });
      client.transport.sendto(Buffer.from('hello'));
      await protocol.received(1);
      expect(protocol.texts).toEqual(['hello']);
    });
  });

  test('an exception of the protocol is reported and the endpoint goes on', async () => {
    const { reports } = await runReporting(Loop, async (loop) => {
      let calls = 0;
      const enough = loop.createFuture<void>();
      const [transport] = await loop.createDatagramEndpoint(
        () => ({
          datagramReceived() {
            if (++calls === 2) enough.setResult(undefined);
            throw new Error('oops');
          },
        }),
        { localAddr: loopback },
      );
      const client = await connected(loop, transport.getExtraInfo('sockname')!);
      client.transport.sendto(Buffer.from('1'));
      client.transport.sendto(Buffer.from('2'));
      await enough;
    });
    expect(reports.map(({ exception }) => exception?.message)).toEqual(['oops', 'oops']);
  });
});
