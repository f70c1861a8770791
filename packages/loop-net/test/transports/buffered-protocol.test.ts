import { type BaseTransport, BufferedProtocol, type Transport } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { Recording } from '../../../../test/support/recording.js';
import { runOn, runReporting, type TestLoop } from '../support/loops.js';
import { serve } from '../support/pairs.js';
import { busyDrivers } from '../support/restless.js';

/** Receives into memory of a given size, and keeps what came. */
class Receiver extends BufferedProtocol {
  transport!: Transport;
  readonly memory: Buffer;
  readonly hints: number[] = [];
  readonly counts: number[] = [];
  readonly received: Buffer[] = [];
  readonly ended;

  constructor(loop: TestLoop, size: number) {
    super();
    this.memory = Buffer.alloc(size);
    this.ended = loop.createFuture<Error | null>();
  }

  override connectionMade(transport: BaseTransport): void {
    this.transport = transport as Transport;
  }

  override getBuffer(sizehint: number): Buffer {
    this.hints.push(sizehint);
    return this.memory;
  }

  override bufferUpdated(nbytes: number): void {
    this.counts.push(nbytes);
    this.received.push(Buffer.from(this.memory.subarray(0, nbytes)));
  }

  override connectionLost(error: Error | null): void {
    this.ended.setResult(error);
  }
}

async function sendTo(loop: TestLoop, receiver: BufferedProtocol, data: Buffer): Promise<Recording> {
  const { host, port } = await serve(loop, () => receiver);
  const [transport, client] = await loop.createConnection(() => new Recording(loop), { host, port });
  transport.write(data);
  return client;
}

describe.each(busyDrivers)('$name: buffered protocols', ({ Loop }) => {
  test.each([1, 7, 1000, 100_000])('bytes come into memory of %d bytes', async (size) => {
    await runOn(Loop, async (loop) => {
      const receiver = new Receiver(loop, size);
      const data = Buffer.alloc(size === 1 ? 300 : size === 7 ? 10_000 : 50_000);
      for (let index = 0; index < data.length; index++) data[index] = index % 251;
      const client = await sendTo(loop, receiver, data);
      client.transport.writeEof();
      expect(await receiver.ended).toBeNull();
      expect(Buffer.concat(receiver.received).equals(data)).toBe(true);
      expect(receiver.hints.every((hint) => hint === -1)).toBe(true);
      expect(Math.max(...receiver.counts)).toBeLessThanOrEqual(size);
    });
  });

  test('an echo may write from the memory that it receives into', async () => {
    await runOn(Loop, async (loop) => {
      class Echo extends Receiver {
        override bufferUpdated(nbytes: number): void {
          this.transport.write(this.memory.subarray(0, nbytes));
        }
      }
      const data = Buffer.alloc(8_000_000);
      for (let index = 0; index < data.length; index += 4) data.writeUInt32BE(index, index);
      // The peer does not read the echo for a while, so that it has to be kept.
      const { host, port } = await serve(loop, () => new Echo(loop, 16 * 1024));
      const [transport, client] = await loop.createConnection(() => new Recording(loop), { host, port });
      transport.pauseReading();
      transport.write(data);
      loop.callLater(0.05, () => transport.resumeReading());
      await client.received(data.length);
      expect(client.data.equals(data)).toBe(true);
    });
  });

  test('pausing between two portions keeps the rest', async () => {
    await runOn(Loop, async (loop) => {
      class Hesitant extends Receiver {
        override bufferUpdated(nbytes: number): void {
          super.bufferUpdated(nbytes);
          this.transport.pauseReading();
          loop.callSoon(() => this.transport.resumeReading());
        }
      }
      const receiver = new Hesitant(loop, 10);
      const client = await sendTo(loop, receiver, Buffer.from('abcdefghijklmnopqrstuvwxyz'));
      client.transport.close();
      await receiver.ended;
      expect(receiver.received.map(String)).toEqual(['abcdefghij', 'klmnopqrst', 'uvwxyz']);
    });
  });

  test('closing between two portions drops the rest', async () => {
    await runOn(Loop, async (loop) => {
      class Sated extends Receiver {
        override bufferUpdated(nbytes: number): void {
          super.bufferUpdated(nbytes);
          this.transport.close();
        }
      }
      const receiver = new Sated(loop, 3);
      await sendTo(loop, receiver, Buffer.from('abcdef'));
      await receiver.ended;
      expect(receiver.received.map(String)).toEqual(['abc']);
    });
  });

  test('a protocol may become a buffered one in the middle of a chunk, and back', async () => {
    await runOn(Loop, async (loop) => {
      const plain = new Recording(loop);
      class Leaving extends Receiver {
        override bufferUpdated(nbytes: number): void {
          super.bufferUpdated(nbytes);
          this.transport.setProtocol(plain);
        }
      }
      const receiver = new Leaving(loop, 4);
      await sendTo(loop, receiver, Buffer.from('headbody'));
      await plain.received(4);
      expect(receiver.received.map(String)).toEqual(['head']);
      expect(plain.text).toBe('body');
    });
  });

  test.each([
    ['an empty buffer', () => Buffer.alloc(0), 'getBuffer() returned an empty buffer'],
    ['no buffer', () => 'text' as never, 'what getBuffer() returned must be bytes'],
    [
      'an exception',
      () => {
        throw new Error('no room');
      },
      'no room',
    ],
  ])('%s instead of memory is a fatal error', async (_, getBuffer, message) => {
    const { reports } = await runReporting(Loop, async (loop) => {
      const receiver = new Receiver(loop, 1);
      receiver.getBuffer = getBuffer;
      await sendTo(loop, receiver, Buffer.from('x'));
      expect((await receiver.ended)!.message).toContain(message);
    });
    expect(reports).toHaveLength(1);
    expect(reports[0]!.message).toBe('Fatal error: protocol.getBuffer() call failed.');
  });

  test('an exception of bufferUpdated is a fatal error', async () => {
    const { reports } = await runReporting(Loop, async (loop) => {
      const receiver = new Receiver(loop, 10);
      receiver.bufferUpdated = () => {
        throw new Error('cannot');
      };
      await sendTo(loop, receiver, Buffer.from('x'));
      expect((await receiver.ended)!.message).toBe('cannot');
    });
    expect(reports[0]!.message).toBe('Fatal error: protocol.bufferUpdated() call failed.');
  });
});
