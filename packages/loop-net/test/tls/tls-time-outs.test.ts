import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AbstractFuture, TlsTimeouts, Transport } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { Recording } from '../../../../test/support/recording.js';
import { createDefaultContext, SSLContext } from '../../src/index.js';
import { certificates } from '../support/certificates.js';
import { runOn, type TestLoop } from '../support/loops.js';
import { serve } from '../support/pairs.js';
import { tlsDrivers } from '../support/tls-drivers.js';

interface Tls extends TlsTimeouts {
  ssl?: SSLContext;
  serverHostname?: string;
}

/** Both ends of a connection on its way. */
interface Meeting {
  accepted: Recording;
  connecting: AbstractFuture<[Transport, Recording]>;
}

const { ca, server } = certificates();
const forClient: Tls = { ssl: createDefaultContext({ ca: ca.cert }), serverHostname: 'localhost' };
const forServer: Tls = { ssl: new SSLContext({ cert: server.cert, key: server.key }) };
let count = 0;

const ways: Record<string, (loop: TestLoop, client: Tls, serving: Tls) => Promise<Meeting>> = {
  'createServer and createConnection': async (loop, client, { serverHostname: _, ...serving }) => {
    const accepted = new Recording(loop);
    const { host, port } = await serve(loop, () => accepted, serving);
    return {
      accepted,
      connecting: loop.createConnection(() => new Recording(loop), { host, port, ...client }),
    };
  },
  'createUnixServer and createUnixConnection': async (loop, client, { serverHostname: _, ...serving }) => {
    const accepted = new Recording(loop);
    const path = join(tmpdir(), `bight-time-outs-${process.pid}-${++count}`);
    await loop.createUnixServer(() => accepted, { path, ...serving });
    return {
      accepted,
      connecting: loop.createUnixConnection(() => new Recording(loop), { path, ...client }),
    };
  },
  connectAcceptedSocket: async (loop, client, { serverHostname: _, ...serving }) => {
    const accepted = new Recording(loop);
    const listening = net.createServer({ pauseOnConnect: true });
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    listening.once('connection', (sock) => {
      listening.close();
      // The other end sees that the handshake fails.
      loop.callSoonThreadsafe(() => {
        Promise.resolve(loop.connectAcceptedSocket(() => accepted, sock, serving)).catch(() => {});
      });
    });
    const { port } = listening.address() as net.AddressInfo;
    const options = { host: '127.0.0.1', port, ...client };
    return { accepted, connecting: loop.createConnection(() => new Recording(loop), options) };
  },
};

describe.each(tlsDrivers)('$name: time-outs of TLS', ({ Loop }) => {
  describe.each(Object.entries(ways))('%s', (_, meet) => {
    test('a server that sends nothing', async () => {
      await runOn(Loop, async (loop) => {
        const { connecting } = await meet(loop, { ...forClient, sslHandshakeTimeout: 0.05 }, {});
        await expect(Promise.resolve(connecting)).rejects.toMatchObject({
          code: 'ECONNABORTED',
          message: 'SSL handshake is taking longer than 0.05 seconds: aborting the connection',
        });
      });
    });

    test('a client that sends nothing', async () => {
      await runOn(Loop, async (loop) => {
        const { accepted, connecting } = await meet(loop, {}, { ...forServer, sslHandshakeTimeout: 0.05 });
        const [, client] = await connecting;
        await client.event('lost');
        expect(accepted.events).toEqual([]);
      });
    });

    test('a server that never answers close_notify', async () => {
      await runOn(Loop, async (loop) => {
        const { accepted, connecting } = await meet(
          loop,
          { ...forClient, sslShutdownTimeout: 0.05 },
          forServer,
        );
        const [transport, client] = await connecting;
        await accepted.event('made');
        accepted.transport.pauseReading();
        transport.close();
        await client.event('lost');
        expect(client.lost).toMatchObject({ name: 'TimeoutError', message: 'SSL shutdown timed out' });
      });
    });

    test('a client that never answers close_notify', async () => {
      await runOn(Loop, async (loop) => {
        const { accepted, connecting } = await meet(loop, forClient, {
          ...forServer,
          sslShutdownTimeout: 0.05,
        });
        const [transport] = await connecting;
        await accepted.event('made');
        transport.pauseReading();
        accepted.transport.close();
        await accepted.event('lost');
        expect(accepted.lost).toMatchObject({ name: 'TimeoutError', message: 'SSL shutdown timed out' });
      });
    });
  });
});
