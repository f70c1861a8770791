import net from 'node:net';
import type { AddrInfo, CreateConnectionOptions } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { expectLeftOpen } from '../../../../test/support/process-events.js';
import { Echo, Recording } from '../../../../test/support/recording.js';
import { countDescriptors } from '../../../../test/support/system.js';
import { ProactorEventLoop } from '../../src/index.js';
import { drivers, runOn, type TestLoop } from '../support/loops.js';
import { serve } from '../support/pairs.js';
import { refusingPort } from '../support/refusing-port.js';
import { turns } from '../support/turns.js';

const none = () => ({});

/** A port without a listener. */
async function freePort(loop: TestLoop): Promise<number> {
  const { server, port } = await serve(loop, none);
  server.close();
  return port;
}

/** Makes a name mean these addresses. */
function resolving(loop: TestLoop, addresses: { host: string; port: number }[]): void {
  loop.getaddrinfo = () => {
    const found = loop.createFuture<AddrInfo[]>();
    found.setResult(
      addresses.map(({ host, port }) => ({
        family: host.includes(':') ? 10 : 2,
        type: 1,
        proto: 6,
        canonname: '',
        sockaddr: { host, port },
      })),
    );
    return found as never;
  };
}

describe.each(drivers)('$name: createConnection', ({ Loop }) => {
  test('a refused connection is an error with its code and address', async () => {
    await runOn(Loop, async (loop) => {
      const port = refusingPort();
      await expect(
        Promise.resolve(loop.createConnection(none, { host: '127.0.0.1', port })),
      ).rejects.toMatchObject({
        code: 'ECONNREFUSED',
        address: '127.0.0.1',
        port,
      });
    });
  });

  test('a name is looked up, and its addresses are tried one after the other', async () => {
    await runOn(Loop, async (loop) => {
      const { port } = await serve(loop, () => new Echo(loop));
      resolving(loop, [
        { host: '127.0.0.1', port: refusingPort() },
        { host: '127.0.0.1', port },
      ]);
      const [transport, client] = await loop.createConnection(() => new Recording(loop), {
        host: 'name',
        port: 'service',
      });
      transport.write(Buffer.from('found'));
      await client.received(5);
    });
  });

  test('happy eyeballs: the second address reaches the server', async () => {
    await runOn(Loop, async (loop) => {
      const { port } = await serve(loop, none);
      resolving(loop, [
        { host: '::1', port: refusingPort('::1') },
        { host: '127.0.0.1', port },
      ]);
      const options = { host: 'name', port: 1, happyEyeballsDelay: 10 };
      const [transport] = await loop.createConnection(none, options);
      expect(transport.getExtraInfo('peername')).toMatchObject({ host: '127.0.0.1', port });
    });
  });

  test('several failures become one error, or all of them', async () => {
    await runOn(Loop, async (loop) => {
      const ports = [refusingPort(), refusingPort()];
      resolving(
        loop,
        ports.map((port) => ({ host: '127.0.0.1', port })),
      );
      const connect = (options: object) =>
        Promise.resolve(loop.createConnection(none, { host: 'name', port: 1, ...options }));
      await expect(connect({})).rejects.toMatchObject({
        code: 'ECONNREFUSED',
        message: expect.stringMatching(/^Multiple exceptions: connect ECONNREFUSED.*, connect ECONNREFUSED/),
      });
      const all = await connect({ allErrors: true }).then(
        () => null,
        (error: unknown) => error as AggregateError,
      );
      expect(all).toBeInstanceOf(AggregateError);
      expect(all!.errors).toMatchObject([{ code: 'ECONNREFUSED' }, { code: 'ECONNREFUSED' }]);
      resolving(loop, []);
      await expect(connect({})).rejects.toThrow('getaddrinfo() returned empty list');
    });
  });

  test('localAddr is where the connection comes from', async () => {
    await runOn(Loop, async (loop) => {
      const { port } = await serve(loop, none);
      const localPort = await freePort(loop);
      const localAddr = { host: '127.0.0.1', port: localPort };
      const [transport] = await loop.createConnection(none, { host: '127.0.0.1', port, localAddr });
      expect(transport.getExtraInfo('sockname')).toMatchObject(localAddr);
      const taken = loop.createConnection(none, { host: '127.0.0.1', port, localAddr });
      await expect(Promise.resolve(taken)).rejects.toMatchObject({ code: expect.stringMatching(/^EADDR/) });
      const mixed = loop.createConnection(none, {
        host: '127.0.0.1',
        port,
        localAddr: { host: '::1', port: 0 },
      });
      await expect(Promise.resolve(mixed)).rejects.toThrow('no matching local address with family=2 found');
    });
  });

  test('a connected socket can be taken over', async () => {
    await runOn(Loop, async (loop) => {
      const { port } = await serve(loop, () => new Echo(loop));
      const sock = net.connect(port, '127.0.0.1');
      await new Promise((resolve) => sock.once('connect', resolve));
      const [transport, client] = await loop.createConnection(() => new Recording(loop), { sock });
      transport.write(Buffer.from('taken over'));
      await client.received(10);
      transport.writeEof();
      await client.event('lost');
      expect(client.text).toBe('taken over');
      const unconnected = loop.createConnection(none, { sock: new net.Socket() });
      await expect(Promise.resolve(unconnected)).rejects.toThrow('sock must be a connected socket');
    });
  });

  test('connectAcceptedSocket serves a connection that was accepted elsewhere', async () => {
    await runOn(Loop, async (loop) => {
      const listening = net.createServer({ pauseOnConnect: true });
      await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
      const accepted = new Promise<net.Socket>((resolve) => listening.once('connection', resolve));
      const { port } = listening.address() as net.AddressInfo;
      const [transport, client] = await loop.createConnection(() => new Recording(loop), {
        host: '127.0.0.1',
        port,
      });
      const [, server] = await loop.connectAcceptedSocket(() => new Echo(loop), await accepted);
      transport.write(Buffer.from('served'));
      await client.received(6);
      expect(server.text).toBe('served');
      listening.close();
    });
  });

  test.each<[string, CreateConnectionOptions, string]>([
    ['nothing to connect to', {}, 'host and port was not specified and no sock specified'],
    [
      'a socket and an address',
      { sock: new net.Socket(), host: 'x' },
      'can not be specified at the same time',
    ],
    [
      'a server name without TLS',
      { host: 'x', port: 1, serverHostname: 'y' },
      'serverHostname is only meaningful with ssl',
    ],
    [
      'a TLS time-out without TLS',
      { host: 'x', port: 1, sslHandshakeTimeout: 1 },
      'sslHandshakeTimeout is only meaningful with ssl',
    ],
    [
      'another one',
      { host: 'x', port: 1, sslShutdownTimeout: 1 },
      'sslShutdownTimeout is only meaningful with ssl',
    ],
    [
      'TLS without a host',
      { port: 1, ssl: true },
      'You must set serverHostname when using ssl without a host',
    ],
    ['a time-out of zero', { host: 'x', port: 1, ssl: true, sslShutdownTimeout: 0 }, 'positive number'],
    ['an invalid port', { host: 'x', port: 65_536 }, 'port must be an integer from 0 to 65535'],
    ['an invalid delay', { host: 'x', port: 1, happyEyeballsDelay: Number.NaN }, 'happyEyeballsDelay'],
  ])('%s is refused', async (_, options, message) => {
    await runOn(Loop, async (loop) => {
      expect(() => loop.createConnection(none, options)).toThrow(message);
    });
  });

  test.each<[string, object]>([
    ['host', { host: 5, port: 1 }],
    ['port', { host: 'x', port: {} }],
    ['ssl', { host: 'x', port: 1, ssl: {} }],
    ['localAddr', { host: 'x', port: 1, localAddr: 'y' }],
    ['family', { host: 'x', port: 1, family: 'IPv4' }],
  ])('a %s of the wrong type is a TypeError', async (name, options) => {
    await runOn(Loop, async (loop) => {
      expect(() => loop.createConnection(none, options)).toThrow(TypeError);
      expect(() => loop.createConnection(none, options)).toThrow(name);
      expect(() => loop.createConnection('factory' as never, { host: 'x' })).toThrow(TypeError);
    });
  });

  test('cancelled at any step, it leaves no socket behind', async () => {
    await runOn(Loop, async (loop) => {
      const { server, host, port } = await serve(loop, none);
      const before = countDescriptors('socket');
      for (let step = 0; step < 8; step++) {
        const connecting = loop.createConnection(none, { host, port, happyEyeballsDelay: 0.1 });
        await turns(loop, step);
        if (connecting.cancel())
          await expect(Promise.resolve(connecting)).rejects.toMatchObject({ name: 'CancelledError' });
        else (await connecting)[0].close();
      }
      server.close();
      await server.waitClosed();
      await turns(loop, 3);
      expect(countDescriptors('socket')).toBeLessThanOrEqual(before);
    });
  });

  test('cancelled while the address is looked up, it does not connect', async () => {
    await runOn(Loop, async (loop) => {
      const looking = loop.createFuture<AddrInfo[]>();
      loop.getaddrinfo = () => looking as never;
      const connecting = loop.createConnection(none, { host: 'name', port: 1 });
      connecting.cancel();
      await expect(Promise.resolve(connecting)).rejects.toMatchObject({ name: 'CancelledError' });
      expect(looking.cancelled()).toBe(true);
    });
  });

  test('a closed loop connects to nothing, and looks nothing up', async () => {
    const loop = new Loop();
    loop.close();
    expect(() => loop.createConnection(none, { host: '127.0.0.1', port: 1 })).toThrow('Event loop is closed');
    expect(() => loop.createServer(none, { port: 0 })).toThrow('Event loop is closed');
    expect(() => loop.getaddrinfo('127.0.0.1', 1)).toThrow('Event loop is closed');
    expect(() => loop.getnameinfo({ host: '127.0.0.1', port: 1 })).toThrow('Event loop is closed');
  });

  test('closing the loop closes its sockets', async () => {
    expectLeftOpen(/^server: /);
    expectLeftOpen(/^transport: /, { times: 10 });
    const before = countDescriptors('socket');
    const loop = new Loop();
    await loop.runUntilComplete(async () => {
      const { host, port } = await serve(loop, none);
      for (let index = 0; index < 5; index++) await loop.createConnection(none, { host, port });
    });
    expect(countDescriptors('socket')).toBeGreaterThan(before);
    loop.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(countDescriptors('socket')).toBeLessThanOrEqual(before);
  });
});

test('methods that need a selector name its loop class', async () => {
  await runOn(ProactorEventLoop, async (loop) => {
    expect(() => loop.addReader(0, () => {})).toThrow('SelectorEventLoop');
    expect(() => loop.sockRecv({} as never, 1)).toThrow('SelectorEventLoop');
  });
});
