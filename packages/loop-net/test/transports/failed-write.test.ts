import { once } from 'node:events';
import net from 'node:net';
import { BufferedProtocol, type StreamProtocolLike, type Transport } from '@bight/loop-abstract';
import { wrapFuture } from '@bight/loop-core';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Recording } from '../../../../test/support/recording.js';
import { drivers, runOn, type TestLoop } from '../support/loops.js';

const peers: SilentPeer[] = [];
afterEach(() => {
  for (const peer of peers.splice(0)) peer.close();
});

/** A peer of Node's that reads nothing, answers, and closes: the kernel resets the connection for what was not read. */
class SilentPeer {
  readonly server = net.createServer({ pauseOnConnect: true });
  #socket: net.Socket | null = null;

  constructor() {
    peers.push(this);
  }

  /** Listens. */
  async open(): Promise<{ host: string; port: number }> {
    this.server.listen(0, '127.0.0.1');
    await wrapFuture(once(this.server, 'listening'));
    return { host: '127.0.0.1', port: (this.server.address() as net.AddressInfo).port };
  }

  /** Connects a protocol, and waits until the peer has accepted. */
  async connect<P extends StreamProtocolLike>(loop: TestLoop, make: () => P): Promise<[Transport, P]> {
    const place = await this.open();
    const accepted = once(this.server, 'connection');
    const made = await loop.createConnection(make, place);
    const [socket] = (await wrapFuture(accepted)) as [net.Socket];
    socket.on('error', () => {});
    this.#socket = socket;
    return made;
  }

  answer(text: string): void {
    this.#socket?.write(text);
    this.close();
  }

  close(): void {
    this.#socket?.destroy();
    this.server.close();
  }
}

/** Receives into memory of its own. */
class BufferedRecording extends BufferedProtocol {
  readonly memory = Buffer.alloc(7);
  text = '';
  readonly lost;
  constructor(loop: TestLoop) {
    super();
    this.lost = loop.createFuture<void>();
  }
  override getBuffer(): Buffer {
    return this.memory;
  }
  override bufferUpdated(count: number): void {
    this.text += this.memory.toString('latin1', 0, count);
  }
  override connectionLost(): void {
    this.lost.setResult(undefined);
  }
}

describe.each(drivers)('$name: a write that fails', ({ name, Loop }) => {
  test('does not drop an answer that has arrived, with much unsent', async () => {
    await runOn(Loop, async (loop) => {
      for (let round = 0; round < 5; round++) {
        const peer = new SilentPeer();
        const [transport, client] = await peer.connect(loop, () => new Recording(loop));
        transport.write(Buffer.alloc(10_000_000));
        peer.answer('final answer');
        await client.event('lost');
        expect(client.text).toBe('final answer');
        expect(client.lost).not.toBeNull();
      }
    });
  });

  // Node destroys a socket as soon as a write fails, and asyncio drops the answer: here it is delivered.
  if (name !== 'proactor') {
    test('does not drop an answer that has arrived, with a short write', async () => {
      await runOn(Loop, async (loop) => {
        const peer = new SilentPeer();
        const [transport, client] = await peer.connect(loop, () => new Recording(loop));
        transport.write(Buffer.from('never read'));
        // What is queued goes out.
        expect(transport.getWriteBufferSize()).toBe(0);
        peer.answer('final answer');
        transport.write(Buffer.from('in vain'));
        transport.getWriteBufferSize();
        await client.event('lost');
        expect(client.text).toBe('final answer');
      });
    });
  }

  test('gives a buffered protocol the answer, too', async () => {
    await runOn(Loop, async (loop) => {
      const peer = new SilentPeer();
      const [transport, client] = await peer.connect(loop, () => new BufferedRecording(loop));
      transport.write(Buffer.alloc(10_000_000));
      peer.answer('final answer');
      await client.lost;
      expect(client.text).toBe('final answer');
    });
  });

  test('makes the transport closing at once', async () => {
    await runOn(Loop, async (loop) => {
      const peer = new SilentPeer();
      const [transport, client] = await peer.connect(loop, () => new Recording(loop));
      transport.write(Buffer.from('never read'));
      transport.getWriteBufferSize();
      peer.answer('');
      // Nothing of the host's runs meanwhile.
      for (let piece = 0; piece < 5000 && !transport.isClosing(); piece++)
        transport.write(Buffer.alloc(10_000));
      expect(transport.isClosing() || transport.getWriteBufferSize() > 0).toBe(true);
      await client.event('lost');
      expect(client.lost).toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) });
    });
  });
});
