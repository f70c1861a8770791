import { Protocol, type Transport } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { drivers, runOn } from '../support/loops.js';
import { recordingPair, serve } from '../support/pairs.js';

describe.each(drivers)('close({ grace }) on the $name driver', ({ Loop }) => {
  test('waits for a connection that ends by itself', () =>
    runOn(Loop, async (loop) => {
      const { accepted, transport, client, server } = await recordingPair(loop);
      const closed = server.close({ grace: 1000 });
      expect(server.isServing()).toBe(false);
      transport.write(Buffer.from('still here'));
      await accepted.until((self) => self.text === 'still here');
      transport.close();
      await closed;
      await client.until((self) => self.lost !== undefined);
    }));

  test('closes what is left when the time is over, after what was buffered was sent', () =>
    runOn(Loop, async (loop) => {
      const { accepted, client, server } = await recordingPair(loop);
      (accepted.transport as Transport).write(Buffer.from('good bye'));
      await server.close({ grace: 0.001 });
      await client.until((self) => self.lost !== undefined);
      expect(client.text).toBe('good bye');
    }));

  test('aborts what does not end then', () =>
    runOn(Loop, async (loop) => {
      const lost = loop.createFuture<Error | null>();
      class Stubborn extends Protocol {
        override connectionMade(transport: Transport): void {
          // More than the other side, which does not read, will ever take.
          transport.write(Buffer.alloc(50_000_000));
        }
        override connectionLost(error: Error | null): void {
          lost.setResult(error);
        }
      }
      const { server, host, port } = await serve(loop, () => new Stubborn());
      const [transport] = await loop.createConnection(() => new Protocol(), { host, port });
      transport.pauseReading();
      await server.close({ grace: 0.01 });
      expect(lost.done()).toBe(true);
      transport.abort();
    }));

  test('of a server without connections is over at once', () =>
    runOn(Loop, async (loop) => {
      const { server } = await serve(loop, () => new Protocol());
      await server.close({ grace: 1000 });
      await server.close({ grace: 1000 });
    }));

  test('wants a number of seconds', () =>
    runOn(Loop, async (loop) => {
      const { server } = await serve(loop, () => new Protocol());
      expect(() => server.close({ grace: '1' as never })).toThrow(TypeError);
      expect(server.isServing()).toBe(true);
      server.close();
    }));
});
