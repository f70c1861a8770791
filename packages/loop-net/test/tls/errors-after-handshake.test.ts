import tls from 'node:tls';
import { wrapFuture } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { Echo, Recording } from '../../../../test/support/recording.js';
import { createDefaultContext, SSLContext } from '../../src/index.js';
import { certificates } from '../support/certificates.js';
import { runOn, type TestLoop } from '../support/loops.js';
import { type Direction, Middle } from '../support/middle.js';
import { serve } from '../support/pairs.js';
import { tlsDrivers } from '../support/tls-drivers.js';

const { ca, server } = certificates();
const versions = ['TLSv1.2', 'TLSv1.3'] as const;

/** A connection over TLS through a relay that breaks what goes one way once it is asked to. */
async function relayed(loop: TestLoop, version: (typeof versions)[number], direction: Direction) {
  const only = { minVersion: version, maxVersion: version };
  const accepted: Echo[] = [];
  const factory = () => {
    accepted.push(new Echo(loop));
    return accepted.at(-1)!;
  };
  const { port } = await serve(loop, factory, {
    ssl: new SSLContext({ cert: server.cert, key: server.key, ...only }),
  });
  let isBroken = false;
  const middle = await Middle.to(port, (way, chunk) => {
    if (isBroken && way === direction) chunk[chunk.length - 1]! ^= 1;
    return chunk;
  });
  const [transport, client] = await loop.createConnection(() => new Recording(loop), {
    host: '127.0.0.1',
    port: middle.port,
    ssl: createDefaultContext({ ca: ca.cert, ...only }),
    serverHostname: 'localhost',
  });
  transport.write(Buffer.from('hello'));
  await client.received(5);
  const startToBreak = () => {
    isBroken = true;
  };
  return { middle, transport, client, accepted: accepted[0]!, startToBreak };
}

describe.each(tlsDrivers)('$name: errors of TLS after the handshake', ({ Loop }) => {
  describe.each(versions)('%s', (version) => {
    test.each<[string, Direction]>([
      ['server', 'to the server'],
      ['client', 'to the client'],
    ])('a flipped bit is an error to the %s, not an end', async (end, direction) => {
      await runOn(Loop, async (loop) => {
        const { middle, transport, client, accepted, startToBreak } = await relayed(loop, version, direction);
        startToBreak();
        transport.write(Buffer.from('again'));
        const broken = end === 'server' ? accepted : client;
        await broken.event('lost');
        expect(broken.lost).toMatchObject({ code: expect.stringMatching(/^ERR_SSL_/) });
        expect(broken.events).toEqual(['made', 'data', expect.stringMatching(/^lost ERR_SSL/)]);
        middle.close();
      });
    });

    test.each(['server', 'client'])('plain bytes in between are an error to the %s', async (end) => {
      await runOn(Loop, async (loop) => {
        const { middle, client, accepted } = await relayed(loop, version, 'to the server');
        middle.insert(Buffer.from('plain text in between'));
        const broken = end === 'server' ? accepted : client;
        await broken.event('lost');
        expect(broken.lost).toMatchObject({ code: expect.stringMatching(/^ERR_SSL_/) });
        expect(broken.events).not.toContain('eof');
        middle.close();
      });
    });
  });

  test('a client of TLS 1.2 may not renegotiate endlessly', async () => {
    await runOn(Loop, async (loop) => {
      const accepted: Echo[] = [];
      const factory = () => {
        accepted.push(new Echo(loop));
        return accepted.at(-1)!;
      };
      const ssl = new SSLContext({ cert: server.cert, key: server.key, maxVersion: 'TLSv1.2' });
      const { port } = await serve(loop, factory, { ssl });
      const socket = tls.connect({ host: '127.0.0.1', port, servername: 'localhost', ca: ca.cert });
      let rounds = 0;
      const again = (): void => {
        socket.renegotiate({ rejectUnauthorized: true }, (error) => {
          if (error) return;
          rounds++;
          // Everything that a client has to do for it; unlimited it would go on for ever.
          if (rounds < 50) again();
          else socket.destroy();
        });
      };
      await wrapFuture(
        new Promise<void>((resolve) => {
          socket.on('secureConnect', again);
          socket.on('error', () => {});
          socket.on('close', () => resolve());
        }),
      );
      await accepted[0]!.event('lost');
      // Node counts them; by OpenSSL the first is refused, which that client takes for the end.
      expect(accepted[0]!.lost).toMatchObject({
        code: expect.stringMatching(/^ERR_TLS_SESSION_ATTACK$|^ERR_SSL_.*_ALERT_HANDSHAKE_FAILURE$/),
      });
      expect(rounds).toBeLessThan(50);
    });
  });
});
