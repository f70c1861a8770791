import type { BaseTransport, Transport } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { SelectorEventLoop, SSLContext } from '../../../src/index.js';
import { certificates } from '../../support/certificates.js';
import { runOn } from '../../support/loops.js';
import { serve } from '../../support/pairs.js';
import { Echo, Recording } from '../../support/recording.js';
import { withNativeTls } from '../../support/tls-drivers.js';

const { ca, server } = certificates();
const Native = withNativeTls(SelectorEventLoop);
const own = { cert: server.cert, key: server.key };
const serving = new SSLContext(own);
const asking = new SSLContext({ ca: ca.cert });

describe('TLS within TLS', () => {
  test('carries bytes, many at once too', async () => {
    await runOn(Native, async (loop) => {
      class Upgrading extends Echo {
        override connectionMade(transport: BaseTransport): void {
          super.connectionMade(transport);
          void loop.startTls(this.transport, this, serving, { serverSide: true }).then((upgraded) => {
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
      const inner = (await loop.startTls(outer, protocol, asking, {
        serverHostname: 'localhost',
      })) as Transport;
      const bytes = Buffer.alloc(700_000, 'inside of it');
      inner.write(bytes);
      await protocol.received(bytes.length);
      expect(protocol.data.equals(bytes)).toBe(true);
      inner.close();
      await protocol.event('lost');
      expect(protocol.lost).toBeNull();
    });
  });

  test('with options that only node:tls knows is refused, and the connection closed', async () => {
    await runOn(Native, async (loop) => {
      const { port } = await serve(loop, () => new Echo(loop), { ssl: serving });
      const [outer, protocol] = await loop.createConnection(() => new Recording(loop), {
        host: '127.0.0.1',
        port,
        ssl: asking,
        serverHostname: 'localhost',
      });
      const foreign = new SSLContext({ ca: ca.cert, dhparam: 'auto' });
      const upgrading = loop.startTls(outer, protocol, foreign, { serverHostname: 'localhost' });
      await expect(Promise.resolve(upgrading)).rejects.toThrow('only after setNativeTls(false)');
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
