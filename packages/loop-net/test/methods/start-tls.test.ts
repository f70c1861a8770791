import type { BaseTransport, Transport } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { Echo, Recording } from '../../../../test/support/recording.js';
import { createDefaultContext, type KeepsUnread, SSLContext } from '../../src/index.js';
import { certificates } from '../support/certificates.js';
import { runOn, runReporting, type TestLoop } from '../support/loops.js';
import { connectPair, recordingPair, serve } from '../support/pairs.js';
import { busyDrivers } from '../support/restless.js';
import { turns } from '../support/turns.js';

const { ca, server } = certificates();
const serverContext = new SSLContext({ cert: server.cert, key: server.key });
const clientContext = createDefaultContext({ ca: ca.cert });
const forClient = { serverHostname: 'localhost' };

/** Upgrades both ends of a connection. */
async function upgradeBoth(
  loop: TestLoop,
  accepted: Recording,
  client: Recording,
): Promise<[Transport, Transport]> {
  const serving = loop.startTls(accepted.transport, accepted, serverContext, { serverSide: true });
  const connecting = loop.startTls(client.transport, client, clientContext, forClient);
  return [(await serving)!, (await connecting)!];
}

describe.each(busyDrivers)('$name: startTls', ({ Loop }) => {
  test('both ends of a plain connection are upgraded and keep their protocols', async () => {
    await runOn(Loop, async (loop) => {
      const { client, accepted, transport, server } = await recordingPair(loop);
      transport.write(Buffer.from('plain'));
      await accepted.received(5);
      const [serverSide, clientSide] = await upgradeBoth(loop, accepted, client);
      clientSide.write(Buffer.from('secret'));
      await accepted.received(11);
      serverSide.write(Buffer.from('answer'));
      await client.received(6);
      expect(accepted.text).toBe('plainsecret');
      expect(clientSide.getExtraInfo('cipher')).not.toBeNull();
      expect(clientSide.getProtocol()).toBe(client);
      clientSide.close();
      await client.event('lost');
      await accepted.event('lost');
      expect(client.events.filter((event) => event === 'made')).toHaveLength(1);
      server.close();
      await server.waitClosed();
    });
  });

  test('what a protocol received beyond what it wanted goes back to the handshake', async () => {
    await runOn(Loop, async (loop) => {
      // A proxy sends its line and the client's hello in one segment.
      class Proxied extends Echo implements KeepsUnread {
        unread: Buffer = Buffer.alloc(0);
        isUpgrading = false;
        override dataReceived(data: Buffer): void {
          if (this.isUpgrading) {
            super.dataReceived(data);
            return;
          }
          const end = data.indexOf('\r\n') + 2;
          this.note(data.subarray(0, end).toString().trim());
          this.unread = data.subarray(end);
          this.isUpgrading = true;
          void loop.startTls(this.transport, this, serverContext, { serverSide: true }).then((upgraded) => {
            this.transport = upgraded!;
          });
        }
        takeUnread(): Buffer {
          return this.unread;
        }
      }
      const protocols: Proxied[] = [];
      const { port } = await serve(loop, () => {
        protocols.push(new Proxied(loop));
        return protocols.at(-1)!;
      });
      const [transport, client] = await loop.createConnection(() => new Recording(loop), {
        host: '127.0.0.1',
        port,
      });
      transport.write(Buffer.from('PROXY TCP4\r\n'));
      const upgraded = (await loop.startTls(transport, client, clientContext, forClient))!;
      upgraded.write(Buffer.from('hello'));
      await client.received(5);
      expect(client.text).toBe('hello');
      expect(protocols[0]!.events).toContain('PROXY TCP4');
    });
  });

  test('a buffered protocol that makes room for no more than it wants leaves the rest to the handshake', async () => {
    await runOn(Loop, async (loop) => {
      const line = 'PROXY TCP4\r\n';
      const secured = loop.createFuture<string>();
      const echo = new Echo(loop);
      const { port } = await serve(loop, () => {
        const room = Buffer.alloc(line.length);
        let filled = 0;
        let transport: Transport;
        return {
          connectionMade: (made: BaseTransport) => {
            transport = made as Transport;
          },
          getBuffer: () => room.subarray(filled),
          bufferUpdated: (count: number) => {
            filled += count;
            if (filled < line.length) return;
            void loop.startTls(transport, echo, serverContext, { serverSide: true }).then((upgraded) => {
              echo.transport = upgraded!;
              secured.setResult(room.toString());
            });
          },
        };
      });
      const [transport, client] = await loop.createConnection(() => new Recording(loop), {
        host: '127.0.0.1',
        port,
      });
      transport.write(Buffer.from(line));
      const upgraded = (await loop.startTls(transport, client, clientContext, forClient))!;
      upgraded.write(Buffer.from('hello'));
      await client.received(5);
      expect(await secured).toBe(line);
      expect(client.text).toBe('hello');
    });
  });

  test('bytes that arrived while reading was paused are not lost', async () => {
    await runOn(Loop, async (loop) => {
      const { client, accepted } = await recordingPair(loop);
      accepted.transport.pauseReading();
      const connecting = loop.startTls(client.transport, client, clientContext, forClient);
      const pause = loop.createFuture<void>();
      loop.callLater(0.05, () => pause.setResult(undefined));
      await pause;
      const [upgraded] = await Promise.all([
        connecting,
        loop.startTls(accepted.transport, accepted, serverContext, { serverSide: true }),
      ]);
      upgraded!.write(Buffer.from('here'));
      await accepted.received(4);
      expect(accepted.text).toBe('here');
    });
  });

  test('what was written before the upgrade is sent before it', async () => {
    await runOn(Loop, async (loop) => {
      const { client, accepted } = await recordingPair(loop);
      const size = 8 * 1024 * 1024;
      accepted.transport.write(Buffer.alloc(size));
      const serving = loop.startTls(accepted.transport, accepted, serverContext, { serverSide: true });
      await client.received(size);
      const upgraded = await loop.startTls(client.transport, client, clientContext, forClient);
      (await serving)!.write(Buffer.from('end'));
      await client.received(size + 3);
      expect(client.data.subarray(size).toString()).toBe('end');
      expect(upgraded).not.toBeNull();
    });
  });

  test('a closing transport gives null', async () => {
    await runOn(Loop, async (loop) => {
      const { client, transport } = await recordingPair(loop);
      transport.close();
      expect(await loop.startTls(transport, client, clientContext, forClient)).toBeNull();
    });
  });

  test('TLS within TLS', async () => {
    await runOn(Loop, async (loop) => {
      const { client, accepted } = await recordingPair(loop);
      const [outerServer, outerClient] = await upgradeBoth(loop, accepted, client);
      accepted.transport = outerServer;
      client.transport = outerClient;
      const [innerServer, innerClient] = await upgradeBoth(loop, accepted, client);
      innerClient.write(Buffer.from('deep'));
      await accepted.received(4);
      innerServer.write(Buffer.from('down'));
      await client.received(4);
      innerClient.close();
      await client.event('lost');
      await accepted.event('lost');
    });
  });

  test('cancelled before it began or during the handshake, it closes the connection', async () => {
    await runOn(Loop, async (loop) => {
      for (const count of [0, 3]) {
        const { client, accepted, transport } = await recordingPair(loop);
        const upgrading = loop.startTls(transport, client, clientContext, forClient);
        await turns(loop, count);
        upgrading.cancel();
        await expect(Promise.resolve(upgrading)).rejects.toMatchObject({ name: 'CancelledError' });
        await client.event('lost');
        await accepted.event('lost');
        expect(client.events.filter((event) => event.startsWith('lost'))).toHaveLength(1);
      }
    });
  });

  test('a handshake that fails is an error, and connectionLost once', async () => {
    const { reports } = await runReporting(Loop, async (loop) => {
      const { client, accepted } = await connectPair(
        loop,
        () => new Recording(loop),
        () => new Recording(loop),
      );
      const serving = loop.startTls(accepted.transport, accepted, serverContext, { serverSide: true });
      client.transport.write(Buffer.from('this is no ClientHello'));
      await expect(Promise.resolve(serving)).rejects.toMatchObject({
        code: expect.stringMatching(/^ERR_SSL_/),
      });
      await accepted.event('lost');
      expect(accepted.events.filter((event) => event.startsWith('lost'))).toHaveLength(1);
    });
    expect(reports).toEqual([]);
  });

  test('a peer that sends nothing runs into the time-out', async () => {
    await runOn(Loop, async (loop) => {
      const { client, transport } = await recordingPair(loop);
      const options = { ...forClient, sslHandshakeTimeout: 0.05 };
      await expect(Promise.resolve(loop.startTls(transport, client, clientContext, options))).rejects.toThrow(
        'SSL handshake is taking longer than 0.05 seconds: aborting the connection',
      );
      await client.event('lost');
    });
  });

  test('arguments of the wrong kind are refused', async () => {
    await runOn(Loop, async (loop) => {
      const { client, transport } = await recordingPair(loop);
      expect(() => loop.startTls(transport, client, {} as SSLContext)).toThrow(
        'sslContext must be an SSLContext',
      );
      expect(() => loop.startTls({} as Transport, client, clientContext)).toThrow(TypeError);
      expect(() => loop.startTls(transport, client, clientContext, { sslHandshakeTimeout: 0 })).toThrow(
        'sslHandshakeTimeout should be a positive number, got 0',
      );
    });
  });

  test('closing the old transport closes the new one', async () => {
    await runOn(Loop, async (loop) => {
      const { client, accepted, transport } = await recordingPair(loop);
      await upgradeBoth(loop, accepted, client);
      transport.close();
      await client.event('lost');
      await accepted.event('lost');
    });
  });

  test('a peer that never answers close_notify runs into the shutdown time-out', async () => {
    await runOn(Loop, async (loop) => {
      const { accepted, client, transport } = await recordingPair(loop);
      const serving = loop.startTls(accepted.transport, accepted, serverContext, { serverSide: true });
      const upgraded = (await loop.startTls(transport, client, clientContext, {
        ...forClient,
        sslShutdownTimeout: 0.05,
      }))!;
      (await serving)!.pauseReading();
      upgraded.close();
      await client.event('lost');
      expect(client.lost).toMatchObject({ name: 'TimeoutError', message: 'SSL shutdown timed out' });
    });
  });
});
