import { type BaseTransport, type Transport, ValueError } from '@bight/loop-abstract';
import { POISON } from '@bight/loop-core/low-level';
import { describe, expect, test } from '@jest/globals';
import { Recording } from '../../../../test/support/recording.js';
import { createDefaultContext, SSLContext } from '../../src/index.js';
import { certificates } from '../support/certificates.js';
import { drivers, type NetLoopClass, runOn, type TestLoop } from '../support/loops.js';
import { serve } from '../support/pairs.js';

const { ca, server } = certificates();
const SIZES = [1, 100, 3000, 9000, 70_000, 300_000];

/** Keeps what it borrows, and a copy of it. */
class Borrower extends Recording {
  readonly borrowed: Buffer[] = [];
  total = 0;

  override connectionMade(transport: BaseTransport): void {
    super.connectionMade(transport as never);
    (transport as Transport).setReceiveMode('borrowed');
  }

  override dataReceived(data: Buffer): void {
    this.borrowed.push(data);
    this.total += data.length;
    super.dataReceived(Buffer.from(data));
  }
}

/** Answers out of memory that it has borrowed. */
class BorrowingEcho extends Borrower {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
    super.dataReceived(data);
  }
}

const plain = {};
const secure = {
  ssl: new SSLContext({ cert: server.cert, key: server.key }),
};

async function connect<A extends Recording, B extends Recording>(
  loop: TestLoop,
  isSecure: boolean,
  client: A,
  accepted: B,
): Promise<{ client: A; accepted: B }> {
  const { host, port } = await serve(loop, () => accepted, isSecure ? secure : plain);
  const ssl = createDefaultContext({ ca: ca.cert });
  await loop.createConnection(() => client, {
    host,
    port,
    ...(isSecure ? { ssl, serverHostname: 'localhost' } : {}),
  });
  await accepted.event('made');
  return { client, accepted };
}

/** Bytes that come again after 128 of them. */
const patterned = (size: number, seed: number) =>
  Buffer.alloc(size, Buffer.from(Array.from({ length: 128 }, (_, at) => (at * 7 + seed) & 127)));

const cases = drivers.flatMap(({ name, Loop }) =>
  [false, true].map((isSecure): [string, boolean, NetLoopClass] => [
    `${name}, ${isSecure ? 'TLS' : 'TCP'}`,
    isSecure,
    Loop,
  ]),
);

describe.each(cases)('%s: a protocol that borrows', (_name, isSecure, Loop) => {
  test.each([false, true])(
    'is given every byte in order, and may write it (debug mode: %s)',
    async (debug) => {
      await runOn(Loop, async (loop) => {
        loop.setDebug(debug);
        loop.slowCallbackDuration = 1000;
        const { client, accepted } = await connect(
          loop,
          isSecure,
          new Borrower(loop),
          new BorrowingEcho(loop),
        );
        const sent: Buffer[] = [];
        for (const [index, size] of SIZES.entries()) {
          sent.push(patterned(size, index));
          client.transport.write(sent.at(-1)!);
        }
        const all = Buffer.concat(sent);
        await client.received(all.length);
        expect(client.data.equals(all)).toBe(true);
        expect(accepted.data.equals(all)).toBe(true);
        client.transport.abort();
        accepted.transport.abort();
      });
    },
  );

  test('finds other bytes there afterwards in debug mode', async () => {
    await runOn(Loop, async (loop) => {
      loop.setDebug(true);
      loop.slowCallbackDuration = 1000;
      const { client, accepted } = await connect(loop, isSecure, new Recording(loop), new Borrower(loop));
      for (const [index, size] of SIZES.entries()) {
        client.transport.write(patterned(size, index));
        await accepted.received(accepted.total + size);
      }
      expect(accepted.borrowed.length).toBeGreaterThanOrEqual(SIZES.length);
      for (const lent of accepted.borrowed) expect(lent.every((byte) => byte === POISON)).toBe(true);
      client.transport.abort();
      accepted.transport.abort();
    });
  });

  test('is given what came while reading was paused', async () => {
    await runOn(Loop, async (loop) => {
      const { client, accepted } = await connect(loop, isSecure, new Recording(loop), new Borrower(loop));
      client.transport.write(Buffer.from('a'));
      await accepted.received(1);
      for (let round = 0; round < 20; round++) {
        accepted.transport.pauseReading();
        client.transport.write(patterned(20_000, round));
        client.transport.write(patterned(500, round));
        for (let turn = 0; turn < 10; turn++) await loop.createTask(async () => {});
        accepted.transport.resumeReading();
        await accepted.received(1 + (round + 1) * 20_500);
      }
      const expected = Array.from({ length: 20 }, (_, round) => [
        patterned(20_000, round),
        patterned(500, round),
      ]);
      expect(accepted.data.subarray(1).equals(Buffer.concat(expected.flat()))).toBe(true);
      client.transport.abort();
      accepted.transport.abort();
    });
  });

  test('that detaches the memory harms no other bytes that come later', async () => {
    await runOn(Loop, async (loop) => {
      class Thief extends Borrower {
        override dataReceived(data: Buffer): void {
          super.dataReceived(data);
          const buffer = data.buffer as ArrayBuffer & { transfer?(): void };
          // Some runtimes refuse the one, some both.
          for (const detach of [
            () => structuredClone(buffer, { transfer: [buffer] }),
            () => buffer.transfer?.(),
          ]) {
            try {
              detach();
            } catch {}
          }
        }
      }
      const { client, accepted } = await connect(loop, isSecure, new Recording(loop), new Thief(loop));
      let total = 0;
      for (const [index, size] of SIZES.slice(0, 4).entries()) {
        client.transport.write(patterned(size, index));
        total += size;
        await accepted.received(total);
      }
      const expected = SIZES.slice(0, 4).map((size, index) => patterned(size, index));
      expect(accepted.data.equals(Buffer.concat(expected))).toBe(true);
      client.transport.abort();
      accepted.transport.abort();
    });
  });

  test('is one until its transport has another protocol', async () => {
    await runOn(Loop, async (loop) => {
      loop.setDebug(true);
      loop.slowCallbackDuration = 1000;
      const { client, accepted } = await connect(loop, isSecure, new Recording(loop), new Borrower(loop));
      client.transport.write(Buffer.from('first'));
      await accepted.received(5);
      const next = new Recording(loop);
      accepted.transport.setProtocol(next);
      client.transport.write(Buffer.from('second'));
      await next.received(6);
      expect(String(next.data)).toBe('second');
      expect(String(Buffer.concat(next.chunks))).toBe('second');
      client.transport.abort();
      accepted.transport.abort();
    });
  });

  test('names one of the two modes', async () => {
    await runOn(Loop, async (loop) => {
      const { client, accepted } = await connect(loop, isSecure, new Recording(loop), new Recording(loop));
      const { transport } = client;
      expect(() => transport.setReceiveMode('lent' as never)).toThrow(ValueError);
      expect(() => transport.setReceiveMode('lent' as never)).toThrow(
        "mode must be 'kept' or 'borrowed', not \"lent\"",
      );
      for (const wrong of [undefined, null, 1, {}]) {
        expect(() => transport.setReceiveMode(wrong as never)).toThrow(TypeError);
      }
      transport.setReceiveMode('borrowed');
      transport.setReceiveMode('kept');
      transport.abort();
      await client.event('lost');
      transport.setReceiveMode('borrowed');
      accepted.transport.abort();
    });
  });
});

test('what is borrowed is used again for the next bytes, without a copy', async () => {
  for (const { Loop } of drivers) {
    await runOn(Loop, async (loop) => {
      const { client, accepted } = await connect(loop, false, new Recording(loop), new Borrower(loop));
      for (let sent = 1; sent <= 20; sent++) {
        client.transport.write(patterned(5000, sent));
        await accepted.received(sent * 5000);
      }
      expect(new Set(accepted.borrowed.map(({ buffer }) => buffer)).size).toBe(1);
      client.transport.abort();
      accepted.transport.abort();
    });
  }
});
