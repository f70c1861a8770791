import { createHash } from 'node:crypto';
import type { BufferedProtocolLike, ProtocolLike, Transport } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { randomNumbers } from '../../../../test/support/random-numbers.js';
import { drivers, runOn, type TestLoop } from '../support/loops.js';
import { serve } from '../support/pairs.js';
import { turns } from '../support/turns.js';

/** How many reads and writes; the whole is 1,000,000. */
const OPERATIONS = Number(process.env.BIGHT_STREAM_OPERATIONS ?? 4000);
const CONNECTIONS = 8;
const LARGEST_BYTES = 40_000;

/**
 * One end of a connection: sends pieces of random lengths, in random ways, and meanwhile receives in random ways, now
 * into fresh memory and now into its own, now and then not at all.
 */
class RandomEnd {
  readonly sent = createHash('sha256');
  readonly received = createHash('sha256');
  readonly over;
  transport!: Transport;
  operations = 0;
  readonly #loop: TestLoop;
  readonly #random: (below: number) => number;
  readonly #memory: Buffer;
  #writable: { setResult(value: undefined): void; done(): boolean } | null = null;

  constructor(loop: TestLoop, seed: number) {
    this.#loop = loop;
    this.#random = randomNumbers(seed);
    this.#memory = Buffer.alloc(1 + this.#random(LARGEST_BYTES));
    this.over = loop.createFuture<void>();
  }

  readonly #common = {
    connectionMade: (transport: unknown) => {
      this.transport = transport as Transport;
    },
    eofReceived: () => true,
    connectionLost: (error: Error | null) => {
      if (error === null) this.over.setResult(undefined);
      else this.over.setException(error);
    },
    pauseWriting: () => {
      this.#writable = this.#loop.createFuture<undefined>();
    },
    resumeWriting: () => {
      if (this.#writable?.done() === false) this.#writable.setResult(undefined);
      this.#writable = null;
    },
  };

  readonly plain: ProtocolLike = {
    ...this.#common,
    dataReceived: (data) => this.#took(data),
  };

  /** A buffered protocol does not say where it put the bytes: this one remembers. */
  get protocol(): BufferedProtocolLike {
    let room: Buffer = this.#memory;
    return {
      ...this.#common,
      getBuffer: () => {
        room = this.#memory.subarray(this.#random(this.#memory.length));
        return room;
      },
      bufferUpdated: (length) => this.#took(room.subarray(0, length)),
    };
  }

  #took(data: Buffer): void {
    this.operations++;
    this.received.update(data);
    const choice = this.#random(20);
    if (choice === 0) this.transport.setProtocol(this.plain);
    else if (choice === 1) this.transport.setProtocol(this.protocol);
    else if (choice === 2) {
      this.transport.pauseReading();
      if (this.#random(2) === 0) this.#loop.callSoon(() => this.transport.resumeReading());
      else this.#loop.callLater(0.0005, () => this.transport.resumeReading());
    }
  }

  async send(operations: number): Promise<void> {
    for (let index = 0; index < operations; index++) {
      this.operations++;
      const pieces = [...Array(1 + this.#random(4))].map(() => this.#piece());
      for (const piece of pieces) this.sent.update(piece);
      if (this.#random(2) === 0) this.transport.writelines(pieces);
      else for (const piece of pieces) this.transport.write(piece);
      // The memory may be used again.
      for (const piece of pieces) piece.fill(0);
      if (this.#writable !== null) await this.#writable;
      else if (this.#random(3) === 0) await turns(this.#loop, this.#random(3));
    }
    this.transport.writeEof();
  }

  #piece(): Buffer {
    const length = 1 + this.#random(this.#random(4) === 0 ? LARGEST_BYTES : 200);
    return Buffer.alloc(length, String(this.#random(1e9)));
  }
}

describe.each(drivers)('$name: streams', ({ Loop }) => {
  test('bring every byte in order, however they are written and read', async () => {
    await runOn(Loop, async (loop) => {
      const accepted: RandomEnd[] = [];
      const { server, host, port } = await serve(loop, () => {
        const end = new RandomEnd(loop, 1000 + accepted.length);
        accepted.push(end);
        return end.plain;
      });
      const clients: RandomEnd[] = [];
      for (let index = 0; index < CONNECTIONS; index++) {
        const end = new RandomEnd(loop, index + 1);
        clients.push(end);
        await loop.createConnection(() => end.protocol, { host, port });
      }
      const each = Math.ceil(OPERATIONS / CONNECTIONS / 4);
      const ends = [...clients, ...accepted];
      await Promise.all(ends.map((end) => end.send(each)));
      const counted = (end: RandomEnd) => end.operations;
      // Both ends stay open until everything has come.
      const done = (end: RandomEnd, other: RandomEnd) =>
        end.received.copy().digest('hex') === other.sent.copy().digest('hex');
      for (const [index, client] of clients.entries()) {
        const other = accepted[index]!;
        while (!done(client, other) || !done(other, client)) await turns(loop, 20);
        client.transport.close();
        other.transport.close();
        await client.over;
        await other.over;
      }
      expect(ends.map(counted).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(OPERATIONS / 2);
      server.close();
    });
  });
});
