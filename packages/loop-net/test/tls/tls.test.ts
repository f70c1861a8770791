import type { TLSSocket } from 'node:tls';
import type { Transport } from '@bight/loop-abstract';
import { sleep } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { Echo, Recording } from '../../../../test/support/recording.js';
import { createDefaultContext, SSLContext } from '../../src/index.js';
import { certificates } from '../support/certificates.js';
import { runOn, type TestLoop } from '../support/loops.js';
import { serve } from '../support/pairs.js';
import { busyTlsDrivers } from '../support/restless.js';
import { turns } from '../support/turns.js';

const { ca, server, expired, client, selfSigned } = certificates();
const serverContext = new SSLContext({
  cert: server.cert,
  key: server.key,
  alpnProtocols: ['echo', 'other'],
});
const clientContext = createDefaultContext({ ca: ca.cert });

async function securePair(loop: TestLoop, contexts: { server?: SSLContext; client?: SSLContext } = {}) {
  const made: Echo[] = [];
  const factory = () => {
    made.push(new Echo(loop));
    return made.at(-1)!;
  };
  const ends = { server: serverContext, client: clientContext, ...contexts };
  const { server, port } = await serve(loop, factory, { ssl: ends.server });
  const connect = async () => {
    const [transport, protocol] = await loop.createConnection(() => new Recording(loop), {
      host: '127.0.0.1',
      port,
      ssl: ends.client,
      serverHostname: 'localhost',
    });
    return { transport, protocol };
  };
  return { made, connect, server, port };
}

describe.each(busyTlsDrivers)('$name: TLS', ({ Loop }) => {
  test('data goes both ways, and closing is seen by both', async () => {
    await runOn(Loop, async (loop) => {
      const { made, connect } = await securePair(loop);
      const { transport, protocol } = await connect();
      const data = Buffer.alloc(3_000_000, 'tls ');
      transport.write(data);
      await protocol.received(data.length);
      expect(protocol.data.equals(data)).toBe(true);
      transport.close();
      expect(transport.isClosing()).toBe(true);
      await protocol.event('lost');
      await made[0]!.event('lost');
      const withoutFlow = (events: string[]) => events.filter((event) => !/data|pause|resume/.test(event));
      expect(withoutFlow(protocol.events)).toEqual(['made', 'eof', 'lost']);
      expect(withoutFlow(made[0]!.events)).toEqual(['made', 'eof', 'lost']);
    });
  });

  test('memory that was written is free again when write() returns', async () => {
    await runOn(Loop, async (loop) => {
      const { connect } = await securePair(loop);
      const { transport, protocol } = await connect();
      const memory = Buffer.alloc(200_000);
      const sent: Buffer[] = [];
      for (let round = 0; round < 60; round++) {
        // One alone, one on top of it while it is not finished, and something long.
        for (const length of [100, 1_000, round % 10 === 0 ? memory.length : 10]) {
          const piece = memory.subarray(0, length).fill(round + length);
          sent.push(Buffer.from(piece));
          transport.write(piece);
          piece.fill(0);
        }
        if (round % 3 === 0) await sleep(0.002);
      }
      const expected = Buffer.concat(sent);
      await protocol.received(expected.length);
      expect(protocol.data.equals(expected)).toBe(true);
      transport.abort();
    });
  });

  test('what is written after close() is dropped, and does not disturb the end', async () => {
    await runOn(Loop, async (loop) => {
      const { made, connect } = await securePair(loop);
      const { transport, protocol } = await connect();
      await made[0]!.event('made');
      transport.write(Buffer.from('before'));
      transport.close();
      transport.write(Buffer.from('after'));
      transport.writelines([Buffer.from('after')]);
      await protocol.event('lost');
      await made[0]!.event('lost');
      expect(protocol.lost).toBeNull();
      expect(made[0]!.text).toBe('before');
    });
  });

  test('extra info has the cipher, the certificate, the context and the socket', async () => {
    await runOn(Loop, async (loop) => {
      const { made, connect } = await securePair(loop);
      const { transport } = await connect();
      expect(transport.getExtraInfo('cipher')).toMatchObject({ version: 'TLSv1.3' });
      expect(transport.getExtraInfo('peercert')).toMatchObject({ subject: { CN: 'localhost' } });
      expect(transport.getExtraInfo('sslContext')).toBe(clientContext);
      expect(transport.getExtraInfo('peername')).toMatchObject({ host: '127.0.0.1' });
      expect(transport.getExtraInfo('socket')!.fileno()).toBeGreaterThan(2);
      await made[0]!.event('made');
      expect(made[0]!.transport.getExtraInfo('peercert')).toBeNull();
      expect(transport.canWriteEof()).toBe(false);
      expect(() => (transport as Transport).writeEof()).toThrow('not possible over TLS');
      expect(transport.getWriteBufferLimits()).toEqual([128 * 1024, 512 * 1024]);
    });
  });

  test('extra info outlives the connection', async () => {
    await runOn(Loop, async (loop) => {
      const { made, connect } = await securePair(loop);
      const { transport, protocol } = await connect();
      await made[0]!.event('made');
      transport.close();
      await protocol.event('lost');
      await made[0]!.event('lost');
      expect(transport.getExtraInfo('peercert')).toMatchObject({ subject: { CN: 'localhost' } });
      expect(transport.getExtraInfo('cipher')).toMatchObject({ version: 'TLSv1.3' });
      expect(made[0]!.transport.getExtraInfo('cipher')).toMatchObject({ version: 'TLSv1.3' });
    });
  });

  test('ALPN chooses a protocol that both have', async () => {
    await runOn(Loop, async (loop) => {
      const context = createDefaultContext({ ca: ca.cert, alpnProtocols: ['other', 'none'] });
      const { connect } = await securePair(loop, { client: context });
      const { transport } = await connect();
      expect((transport.getExtraInfo('sslObject') as TLSSocket).alpnProtocol).toBe('other');
    });
  });

  test('a second connection resumes the session of the first', async () => {
    await runOn(Loop, async (loop) => {
      const context = createDefaultContext({ ca: ca.cert });
      const { connect } = await securePair(loop, { client: context });
      const reused: boolean[] = [];
      for (let round = 0; round < 2; round++) {
        const { transport, protocol } = await connect();
        reused.push((transport.getExtraInfo('sslObject') as TLSSocket).isSessionReused());
        // Also where the handshake was a short one, in which the server shows none.
        expect(transport.getExtraInfo('peercert')).toMatchObject({ subject: { CN: 'localhost' } });
        // The ticket comes with the first data.
        transport.write(Buffer.from('x'));
        await protocol.received(1);
        transport.close();
        await protocol.event('lost');
      }
      expect(reused).toEqual([false, true]);
    });
  });

  test.each([
    [
      'for another host',
      () => ({ server: serverContext, host: 'wrong.example' }),
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
    [
      'that has expired',
      () => ({ server: new SSLContext(pick(expired)), host: 'localhost' }),
      'CERT_HAS_EXPIRED',
    ],
    [
      'of an unknown authority',
      () => ({ server: new SSLContext(pick(selfSigned)), host: 'localhost' }),
      'DEPTH_ZERO_SELF_SIGNED_CERT',
    ],
  ])('a certificate %s is refused with a reason', async (_, make, code) => {
    await runOn(Loop, async (loop) => {
      const { server: context, host } = make();
      const protocols: Recording[] = [];
      const remember = () => {
        protocols.push(new Recording(loop));
        return protocols.at(-1)!;
      };
      const { server, port } = await serve(loop, remember, { ssl: context });
      const options = { host: '127.0.0.1', port, ssl: clientContext, serverHostname: host };
      await expect(Promise.resolve(loop.createConnection(remember, options))).rejects.toMatchObject({ code });
      server.close();
      await server.waitClosed();
      expect(protocols.find(({ events }) => events.length > 0 && events[0] !== 'made')).toBeUndefined();
    });
  });

  test("serverHostname: '' accepts a certificate for any host, rejectUnauthorized: false any certificate", async () => {
    await runOn(Loop, async (loop) => {
      const { port } = await serve(loop, () => new Echo(loop), { ssl: serverContext });
      const base = { host: '127.0.0.1', port };
      await loop.createConnection(() => ({}), { ...base, ssl: clientContext, serverHostname: '' });
      const trusting = new SSLContext({ rejectUnauthorized: false });
      await loop.createConnection(() => ({}), { ...base, ssl: trusting, serverHostname: 'whatever' });
      // The host's own name or address is what the certificate must be for otherwise.
      await loop.createConnection(() => ({}), { ...base, ssl: clientContext });
      const defaults = Promise.resolve(loop.createConnection(() => ({}), { ...base, ssl: true }));
      await expect(defaults).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    });
  });

  test('a server can ask for certificates', async () => {
    await runOn(Loop, async (loop) => {
      const demanding = new SSLContext({ ...pick(server), ca: ca.cert, requestCert: true });
      const { made, port } = await securePair(loop, { server: demanding });
      const known = createDefaultContext({ ca: ca.cert, ...pick(client) });
      const base = { host: '127.0.0.1', port };
      const [transport, protocol] = await loop.createConnection(() => new Recording(loop), {
        ...base,
        ssl: known,
      });
      transport.write(Buffer.from('hello'));
      await protocol.received(5);
      expect(made[0]!.transport.getExtraInfo('peercert')).toMatchObject({ subject: { CN: 'a client' } });

      const stranger = createDefaultContext({ ca: ca.cert, ...pick(selfSigned) });
      for (const ssl of [clientContext, stranger]) {
        // In TLS 1.3 the client has finished its handshake before the server has seen the certificate.
        const refused = await Promise.resolve(
          loop.createConnection(() => new Recording(loop), { ...base, ssl }),
        ).then(
          async ([, connected]) => {
            await connected.event('lost');
            return connected.lost;
          },
          (error: Error) => error,
        );
        expect(refused).not.toBeUndefined();
      }
      expect(made.slice(1).flatMap(({ events }) => events)).toEqual([]);
    });
  });

  test('a peer that disconnects during the handshake is an error, on either side', async () => {
    await runOn(Loop, async (loop) => {
      const plain = await serve(loop, () => ({
        connectionMade: (transport) => (transport as Transport).close(),
      }));
      const base = { host: '127.0.0.1', ssl: clientContext };
      const connecting = Promise.resolve(loop.createConnection(() => ({}), { ...base, port: plain.port }));
      await expect(connecting).rejects.toMatchObject({ code: 'ECONNRESET' });

      const made: Recording[] = [];
      const secure = await serve(
        loop,
        () => {
          made.push(new Recording(loop));
          return made.at(-1)!;
        },
        { ssl: serverContext },
      );
      const [transport] = await loop.createConnection(() => ({}), { host: '127.0.0.1', port: secure.port });
      transport.close();
      while (made.length === 0) await turns(loop, 1);
      secure.server.close();
      await secure.server.waitClosed();
      expect(made[0]!.events).toEqual([]);
    });
  });

  test('a reset while much is being written loses the connection once', async () => {
    await runOn(Loop, async (loop) => {
      const { made, connect } = await securePair(loop);
      const { transport, protocol } = await connect();
      await made[0]!.event('made');
      made[0]!.transport.pauseReading();
      for (let index = 0; index < 50; index++) transport.write(Buffer.alloc(200_000));
      loop.callLater(0.02, () => made[0]!.transport.abort());
      await protocol.event('lost');
      for (let index = 0; index < 10; index++) transport.write(Buffer.alloc(1000));
      transport.close();
      await turns(loop, 5);
      expect(protocol.events.filter((event) => event.startsWith('lost'))).toHaveLength(1);
      expect(protocol.events.at(-1)).toMatch(/^lost/);
    });
  });
});

function pick({ cert, key }: { cert: Buffer; key: Buffer }): { cert: Buffer; key: Buffer } {
  return { cert, key };
}
