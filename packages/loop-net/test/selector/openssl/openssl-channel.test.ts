import type { BaseTransport, Transport } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { Echo, Recording } from '../../../../../test/support/recording.js';
import { SelectorEventLoop, SSLContext } from '../../../src/index.js';
import { certificates } from '../../support/certificates.js';
import { runOn } from '../../support/loops.js';
import { serve } from '../../support/pairs.js';
import { withNativeTls } from '../../support/tls-drivers.js';

const { ca, server } = certificates();
const Native = withNativeTls(SelectorEventLoop);
const own = { cert: server.cert, key: server.key };
const serving = new SSLContext(own);
const asking = new SSLContext({ ca: ca.cert });

/** Options that only `node:tls` knows what to do with. */
const foreign = { dhparam: 'auto' } as const;

describe('TLS within TLS', () => {
  test.each<[string, SSLContext, SSLContext, string[]]>([
    ['by OpenSSL', serving, asking, ['TlsInformation', 'TlsInformation']],
    [
      'whose client node:tls has to be',
      serving,
      new SSLContext({ ca: ca.cert, ...foreign }),
      ['TLSSocket', 'TlsInformation'],
    ],
    [
      'whose server node:tls has to be',
      new SSLContext({ ...own, ...foreign }),
      asking,
      ['TlsInformation', 'TLSSocket'],
    ],
  ])('%s carries bytes, many at once too, and ends', async (_, within, client, kinds) => {
    await runOn(Native, async (loop) => {
      const accepted: Upgrading[] = [];
      class Upgrading extends Echo {
        override connectionMade(transport: BaseTransport): void {
          super.connectionMade(transport);
          accepted.push(this);
          void loop.startTls(this.transport, this, within, { serverSide: true }).then((upgraded) => {
            this.transport = upgraded as Transport;
          });
        }
      }
      const { port } = await serve(loop, () => new Upgrading(loop), { ssl: serving });
      const [outer, protocol] = await loop.createConnection(() => new Recording(loop), {
        host: '127.0.0.1',
        port,
        ssl: asking,
        serverHostname: 'localhost',
      });
      const inner = (await loop.startTls(outer, protocol, client, {
        serverHostname: 'localhost',
      })) as Transport;
      const bytes = Buffer.alloc(700_000, 'inside of it');
      inner.write(bytes);
      await protocol.received(bytes.length);
      expect(protocol.data.equals(bytes)).toBe(true);
      const ends = [inner, accepted[0]!.transport];
      expect(ends.map((end) => end.getExtraInfo('sslObject')!.constructor.name)).toEqual(kinds);
      inner.close();
      await protocol.event('lost');
      expect(protocol.lost).toBeNull();
      await accepted[0]!.event('lost');
      expect(accepted[0]!.lost).toBeNull();
    });
  });

  test.each([
    ['a name', 'wrong.example', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['an address', '127.0.0.9', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('refuses a certificate that is not for %s, on both ways', async (_, serverHostname, code) => {
    await runOn(Native, async (loop) => {
      class Upgrading extends Echo {
        override connectionMade(transport: BaseTransport): void {
          super.connectionMade(transport);
          loop.startTls(this.transport, this, serving, { serverSide: true }).catch(() => {});
        }
      }
      const { port } = await serve(loop, () => new Upgrading(loop), { ssl: serving });
      for (const client of [asking, new SSLContext({ ca: ca.cert, ...foreign })]) {
        const [outer, protocol] = await loop.createConnection(() => new Recording(loop), {
          host: '127.0.0.1',
          port,
          ssl: asking,
          serverHostname: 'localhost',
        });
        const upgrading = loop.startTls(outer, protocol, client, { serverHostname });
        await expect(Promise.resolve(upgrading)).rejects.toMatchObject({ code });
        await protocol.event('lost');
      }
    });
  });
});

test('a reader with memory of its own gets everything, however little room it gives', async () => {
  await runOn(Native, async (loop) => {
    const bytes = Buffer.alloc(200_000, 'all of this');
    class Sender extends Recording {
      override connectionMade(transport: BaseTransport): void {
        super.connectionMade(transport);
        this.transport.write(bytes);
        this.transport.close();
      }
    }
    for (const size of [7, 1_000, 16_384, 100_000]) {
      const { port } = await serve(loop, () => new Sender(loop), { ssl: serving });
      const memory = Buffer.alloc(size);
      const got: Buffer[] = [];
      const over = loop.createFuture<Error | null>();
      const protocol = {
        getBuffer: () => memory,
        bufferUpdated: (count: number) => void got.push(Buffer.from(memory.subarray(0, count))),
        connectionLost: (error: Error | null) => over.setResult(error),
      };
      await loop.createConnection(() => protocol, { host: '127.0.0.1', port, ssl: asking });
      expect(await over).toBeNull();
      expect(Buffer.concat(got).equals(bytes)).toBe(true);
    }
  });
});
