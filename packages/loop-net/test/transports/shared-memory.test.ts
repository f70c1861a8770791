import { describe, expect, test } from '@jest/globals';
import { runsOf } from '../../../../test/support/extent.js';
import { DatagramRecording } from '../support/datagrams.js';
import { runOn } from '../support/loops.js';
import { recordingPair } from '../support/pairs.js';
import { busyDrivers } from '../support/restless.js';

const SIZES = [1, 2, 10, 100, 1000, 2000, 4096, 5000, 9000, 40_000, 70_000, 200_000];
const CONNECTIONS = runsOf(300, 50);
const SPARE_BYTES = 8 * 1024;

/** How much memory these keep: each buffer counts once. */
function costOf(kept: readonly Buffer[]): number {
  let bytes = 0;
  for (const memory of new Set(kept.map(({ buffer }) => buffer))) bytes += memory.byteLength;
  return bytes;
}

describe.each(busyDrivers)('$name: what a protocol is given', ({ Loop }) => {
  test('shares no memory with another connection, and costs little more than itself to keep', async () => {
    await runOn(Loop, async (loop) => {
      const pairs = [await recordingPair(loop), await recordingPair(loop), await recordingPair(loop)];
      let sent = 0;
      for (const size of SIZES) {
        for (let repeat = 0; repeat < 3; repeat++) {
          sent += size;
          for (const { transport } of pairs) transport.write(Buffer.alloc(size, 1));
          for (const { accepted } of pairs) await accepted.received(sent);
        }
      }
      const owners = new Map<ArrayBufferLike, number>();
      pairs.forEach(({ accepted }, owner) => {
        for (const { buffer, length } of accepted.chunks) {
          expect(owners.get(buffer) ?? owner).toBe(owner);
          owners.set(buffer, owner);
          expect(buffer.byteLength).toBeLessThanOrEqual(2 * length + SPARE_BYTES);
        }
      });
      for (const { server } of pairs) server.close();
    });
  });

  test('costs little of each of many connections, too', async () => {
    await runOn(Loop, async (loop) => {
      const kept: Buffer[] = [];
      for (let connection = 0; connection < CONNECTIONS; connection++) {
        const { accepted, transport, server } = await recordingPair(loop);
        transport.write(Buffer.from('x'));
        await accepted.received(1);
        kept.push(...accepted.chunks);
        transport.abort();
        server.close();
      }
      expect(costOf(kept)).toBeLessThanOrEqual(kept.length * (2 + SPARE_BYTES));
    });
  });

  test('belongs to one endpoint only, for datagrams', async () => {
    await runOn(Loop, async (loop) => {
      const open = async () => {
        const options = { localAddr: { host: '127.0.0.1', port: 0 } };
        const [, endpoint] = await loop.createDatagramEndpoint(() => new DatagramRecording(loop), options);
        return endpoint;
      };
      const [one, two, sender] = [await open(), await open(), await open()];
      for (let round = 1; round <= 20; round++) {
        for (const endpoint of [one, two]) {
          const { host, port } = endpoint.transport.getExtraInfo('sockname') as {
            host: string;
            port: number;
          };
          sender.transport.sendto(Buffer.alloc(round * 50), { host, port });
        }
        for (const endpoint of [one, two]) await endpoint.received(round);
      }
      const mine = new Set(one.datagrams.map(({ data }) => data.buffer));
      for (const { data } of two.datagrams) {
        expect(mine.has(data.buffer)).toBe(false);
        expect(data.buffer.byteLength).toBeLessThanOrEqual(2 * data.length + SPARE_BYTES);
      }
      for (const endpoint of [one, two, sender]) endpoint.transport.close();
    });
  });

  test('may be transferred without changing what comes later', async () => {
    await runOn(Loop, async (loop) => {
      const first = await recordingPair(loop);
      const second = await recordingPair(loop);
      let seen = '';
      first.accepted.dataReceived = (data: Buffer) => {
        seen += data.toString('latin1');
        takeAway(data);
        first.accepted.note('data');
      };
      for (let round = 1; round <= 10; round++) {
        first.transport.write(Buffer.from(`${round} `));
        await first.accepted.until(() => seen.includes(`${round} `));
        second.transport.write(Buffer.from('x'));
        await second.accepted.received(round);
      }
      expect(second.accepted.text).toBe('xxxxxxxxxx');
      for (const { server } of [first, second]) server.close();
    });
  });
});

/** In every way of transferring. */
function takeAway(data: Buffer): void {
  const memory = data.buffer as ArrayBuffer & { transfer?(): ArrayBuffer };
  for (const way of [() => structuredClone(memory, { transfer: [memory] }), () => memory.transfer?.()]) {
    try {
      way();
    } catch {
      // It is marked as untransferable; from Node 24 on, `transfer()` respects that, too.
    }
  }
}
