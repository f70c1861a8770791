import { describe, expect, test } from '@jest/globals';
import { Recording } from '../../../../test/support/recording.js';
import { createDefaultContext, SSLContext } from '../../src/index.js';
import { certificates } from '../support/certificates.js';
import { runOn, type TestLoop } from '../support/loops.js';
import { serve } from '../support/pairs.js';
import { tlsDrivers } from '../support/tls-drivers.js';
import { aWhile } from '../support/turns.js';

const { ca, server } = certificates();
const serverContext = new SSLContext({ cert: server.cert, key: server.key });
const clientContext = createDefaultContext({ ca: ca.cert });

/** The client pauses reading at its first bytes, while the server sends `size` bytes and ends the connection. */
async function pausedClient(loop: TestLoop, size: number) {
  class Server extends Recording {
    override connectionMade(transport: never): void {
      super.connectionMade(transport);
      this.transport.write(Buffer.alloc(size, 1));
      this.transport.close();
    }
  }
  class Client extends Recording {
    override dataReceived(data: Buffer): void {
      super.dataReceived(data);
      if (this.chunks.length === 1) this.transport.pauseReading();
    }
  }
  const made: Server[] = [];
  const factory = () => {
    made.push(new Server(loop));
    return made.at(-1)!;
  };
  const { port } = await serve(loop, factory, { ssl: serverContext });
  const [transport, client] = await loop.createConnection(() => new Client(loop), {
    host: '127.0.0.1',
    port,
    ssl: clientContext,
    serverHostname: 'localhost',
    // A wait for it would be in vain: the test would run into its own time-out first.
    sslShutdownTimeout: 100_000,
  });
  await client.event('data');
  return { transport, client, accepted: made[0]! };
}

describe.each(tlsDrivers)('$name: a TLS connection that is not being read', ({ Loop }) => {
  test.each([4, 140_000, 4_000_000])(
    "close() after the peer's end came, %i bytes before it, ends at once",
    async (size) => {
      await runOn(Loop, async (loop) => {
        const { transport, client, accepted } = await pausedClient(loop, size);
        await aWhile(loop, 0.1);
        expect(client.events).not.toContain('eof');
        transport.close();
        await client.event('lost');
        expect(client.lost).toBeNull();
        expect(client.events.slice(-2)).toEqual(['eof', 'lost']);
        await accepted.event('lost');
      });
    },
  );

  test('close() before anything came ends with the end', async () => {
    await runOn(Loop, async (loop) => {
      const { transport, client, accepted } = await pausedClient(loop, 4_000_000);
      transport.close();
      await client.event('lost');
      expect(client.lost).toBeNull();
      await accepted.event('lost');
    });
  });

  test.each([4, 140_000, 4_000_000])('resumed it delivers %i bytes, then the end', async (size) => {
    await runOn(Loop, async (loop) => {
      const { transport, client } = await pausedClient(loop, size);
      await aWhile(loop, 0.1);
      transport.resumeReading();
      await client.event('lost');
      expect(client.data.length).toBe(size);
      expect(client.events.slice(-2)).toEqual(['eof', 'lost']);
    });
  });

  test('abort() drops what was set aside', async () => {
    await runOn(Loop, async (loop) => {
      const { transport, client } = await pausedClient(loop, 140_000);
      await aWhile(loop, 0.1);
      transport.abort();
      await client.event('lost');
      expect(client.lost).toBeNull();
      expect(client.events.filter((event) => event === 'data')).toHaveLength(1);
    });
  });

  test('upgraded while the end is set aside, it ends', async () => {
    await runOn(Loop, async (loop) => {
      const { transport, client } = await pausedClient(loop, 140_000);
      await aWhile(loop, 0.1);
      const upgrading = loop.startTls(transport, client, clientContext, {
        serverHostname: 'localhost',
        sslHandshakeTimeout: 100_000,
      });
      await expect(Promise.resolve(upgrading)).rejects.toMatchObject({ code: expect.any(String) });
      await client.event('lost');
    });
  });
});
