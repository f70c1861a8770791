import net from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { Recording } from '../../../../test/support/recording.js';
import { drivers, runOn } from '../support/loops.js';
import { connectPair, recordingPair } from '../support/pairs.js';
import { aWhile } from '../support/turns.js';

const MEGABYTE = 1024 * 1024;

describe.each(drivers)('$name: pausing and resuming to read', ({ Loop }) => {
  test('a paused transport takes nothing in, however much a peer sends', async () => {
    await runOn(Loop, async (loop) => {
      const { accepted, transport } = await recordingPair(loop);
      accepted.transport.pauseReading();
      expect(accepted.transport.isReading()).toBe(false);
      const data = Buffer.alloc(32 * MEGABYTE, 'f');
      transport.write(data);
      await aWhile(loop, 0.1);
      expect(accepted.chunks).toEqual([]);
      // What the sender no longer holds is in the system's buffers, which have a limit.
      expect(transport.getWriteBufferSize()).toBeGreaterThan(16 * MEGABYTE);
      accepted.transport.resumeReading();
      await accepted.received(data.length);
      expect(transport.getWriteBufferSize()).toBe(0);
      expect(accepted.data.equals(data)).toBe(true);
    });
  });

  test('pausing and resuming twice is the same as once', async () => {
    await runOn(Loop, async (loop) => {
      const { accepted, transport } = await recordingPair(loop);
      accepted.transport.pauseReading();
      accepted.transport.pauseReading();
      accepted.transport.resumeReading();
      accepted.transport.resumeReading();
      expect(accepted.transport.isReading()).toBe(true);
      transport.write(Buffer.from('x'));
      await accepted.received(1);
      accepted.transport.close();
      expect(accepted.transport.isReading()).toBe(false);
      accepted.transport.pauseReading();
      accepted.transport.resumeReading();
      expect(accepted.transport.isReading()).toBe(false);
      await accepted.event('lost');
    });
  });

  test('pausing in connectionMade holds from the first byte', async () => {
    await runOn(Loop, async (loop) => {
      class Reluctant extends Recording {
        override connectionMade(transport: never): void {
          super.connectionMade(transport);
          this.transport.pauseReading();
        }
      }
      const { accepted, transport } = await connectPair(
        loop,
        () => new Recording(loop),
        () => new Reluctant(loop),
      );
      transport.write(Buffer.from('early'));
      transport.writeEof();
      await aWhile(loop);
      expect(accepted.events).toEqual(['made']);
      accepted.transport.resumeReading();
      await accepted.event('lost');
      expect(accepted.events).toEqual(['made', 'data', 'eof', 'lost']);
    });
  });

  test('pausing in dataReceived stops at once, and nothing is lost or reordered', async () => {
    await runOn(Loop, async (loop) => {
      class Stuttering extends Recording {
        override dataReceived(data: Buffer): void {
          super.dataReceived(data);
          this.transport.pauseReading();
          expect(this.isPaused).toBe(false);
          this.isPaused = true;
          loop.callLater(0, () => {
            this.isPaused = false;
            this.transport.resumeReading();
          });
        }
        isPaused = false;
      }
      const { accepted, transport } = await connectPair(
        loop,
        () => new Recording(loop),
        () => new Stuttering(loop),
      );
      const data = Buffer.alloc(2 * MEGABYTE);
      for (let index = 0; index < data.length; index += 4) data.writeUInt32BE(index, index);
      transport.write(data);
      transport.close();
      await accepted.event('lost');
      expect(accepted.data.equals(data)).toBe(true);
    });
  });

  test('closing while paused loses the connection all the same', async () => {
    await runOn(Loop, async (loop) => {
      const { accepted, transport } = await recordingPair(loop);
      accepted.transport.pauseReading();
      transport.write(Buffer.from('unread'));
      await aWhile(loop);
      accepted.transport.close();
      await accepted.event('lost');
      expect(accepted.events).toEqual(['made', 'lost']);
    });
  });

  test('a protocol is not called while its loop does not run, and everything afterwards', async () => {
    const loop = new Loop();
    const peer = await new Promise<net.Server>((resolve) => {
      const server = net.createServer().listen(0, '127.0.0.1', () => resolve(server));
    });
    const sockets: net.Socket[] = [];
    peer.on('connection', (socket) => sockets.push(socket));
    try {
      const { port } = peer.address() as net.AddressInfo;
      const [, client] = await loop.runUntilComplete(() =>
        loop.createConnection(() => new Recording(loop), { host: '127.0.0.1', port }),
      );
      await new Promise<void>((resolve) => {
        const look = () => (sockets.length > 0 ? resolve() : setImmediate(look));
        look();
      });
      const data = Buffer.alloc(16 * MEGABYTE, 's');
      sockets[0]!.write(data);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(client.events).toEqual(['made']);
      expect(sockets[0]!.writableLength).toBeGreaterThan(0);
      await loop.runUntilComplete(() => client.received(data.length));
      expect(client.data.equals(data)).toBe(true);
      sockets[0]!.destroy();
      await loop.runUntilComplete(() => client.event('lost'));
    } finally {
      loop.close();
      peer.close();
    }
  });
});
