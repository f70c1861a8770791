import { describe, expect, test } from '@jest/globals';
import { openConnection, StreamReader, type StreamWriter, startServer } from 'bight';
import { inLoop, loopClasses } from '../support/in-loop.js';

const SPARE_BYTES = 8 * 1024;

/** Lines of many lengths, `count` of each. */
const LENGTHS = [1, 2, 10, 100, 1000, 2000, 2049, 5000, 20_000, 60_000];
const lines = (count: number): Buffer =>
  Buffer.concat(
    LENGTHS.flatMap((length) =>
      Array.from({ length: count }, () => Buffer.from(`${'x'.repeat(length - 1)}\n`)),
    ),
  );

type Read = (reader: StreamReader) => Promise<Buffer>;

let turn = 0;
const reads: Record<string, Read> = {
  'read(n)': async (reader) => await reader.read(1 + ((turn++ * 7919) % 5000)),
  'readexactly(n)': async (reader) => await reader.readexactly(10 + ((turn++ * 7919) % 300)),
  'readline()': async (reader) => await reader.readline(),
  'readuntil()': async (reader) => await reader.readuntil(Buffer.from('\n')),
  'readuntil(), one of several': async (reader) =>
    await reader.readuntil([Buffer.from('\n'), Buffer.from('xx\n')]),
  'peek(n)': async (reader) => {
    const peeked = await reader.peek(1 + ((turn++ * 7919) % 500));
    await reader.readexactly(peeked.length);
    return peeked;
  },
  'unread(), then read(n)': async (reader) => {
    const data = await reader.read(100);
    reader.unread(data);
    return await reader.read(data.length);
  },
};

/** What a reader gave in all, up to the end of its stream. */
async function keep(reader: StreamReader, read: Read): Promise<Buffer[]> {
  const kept: Buffer[] = [];
  while (!reader.atEof()) {
    try {
      const data = await read(reader);
      if (data.length > 0) kept.push(data);
    } catch (error) {
      const { partial } = error as { partial?: Buffer };
      if (partial === undefined) throw error;
      if (partial.length > 0) kept.push(partial);
    }
  }
  return kept;
}

/** Connections to a server that sends the lines to each. */
async function connections(count: number): Promise<[StreamReader, StreamWriter][]> {
  const server = await startServer(
    async (_reader, writer) => {
      await writer.send(lines(5));
      writer.close();
    },
    { host: '127.0.0.1', port: 0 },
  );
  const { port } = server.sockets[0]!.getsockname() as { port: number };
  const opened: [StreamReader, StreamWriter][] = [];
  for (let each = 0; each < count; each++) {
    opened.push(await openConnection({ host: '127.0.0.1', port, limit: 100_000 }));
  }
  server.close();
  return opened;
}

describe.each(loopClasses)('$name: what a stream reader gives', ({ Loop }) => {
  test.each(Object.entries(reads))(
    'costs little more than itself to keep, and shares no memory with another connection: %s',
    (_name, read) =>
      inLoop(async () => {
        const owners = new Map<ArrayBufferLike, number>();
        const faults: string[] = [];
        const opened = await connections(3);
        for (const [owner, [reader, writer]] of opened.entries()) {
          for (const { buffer, length } of await keep(reader, read)) {
            if ((owners.get(buffer) ?? owner) !== owner) faults.push('shared memory');
            owners.set(buffer, owner);
            if (buffer.byteLength > 2 * length + SPARE_BYTES)
              faults.push(`${length} of ${buffer.byteLength}`);
          }
          writer.close();
        }
        expect(faults).toEqual([]);
      }, Loop),
  );

  test.each(Object.entries(reads))(
    'may be transferred without changing what is read later: %s',
    (_name, read) =>
      inLoop(async () => {
        const [[reader, writer]] = (await connections(1)) as [[StreamReader, StreamWriter]];
        let bytes = 0;
        while (!reader.atEof()) {
          const data = await read(reader).catch(({ partial }: { partial: Buffer }) => partial);
          bytes += data.length;
          takeAway(data);
        }
        expect(bytes).toBe(lines(5).length);
        writer.close();
      }, Loop),
  );
});

/** As a program does that posts to a worker. */
function takeAway({ buffer }: Buffer): void {
  try {
    structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
  } catch (error) {
    expect((error as Error).name).toBe('DataCloneError');
  }
}

test('the little that waits in a reader keeps no large memory', () =>
  inLoop(async (loop) => {
    const readers: StreamReader[] = [];
    globalThis.gc!();
    const before = process.memoryUsage().arrayBuffers;
    for (let each = 0; each < 100; each++) {
      const reader = new StreamReader({ loop, limit: 100_000 });
      reader.feedData(Buffer.concat([Buffer.alloc(200_000, 'x'), Buffer.from('\nrest')]));
      expect((await reader.readexactly(200_001)).length).toBe(200_001);
      readers.push(reader);
    }
    // Each kept 200 KB.
    expect(await memoryOnceCollected(before + 5_000_000)).toBeLessThan(before + 5_000_000);
    for (const reader of readers) expect(String(await reader.read(10))).toBe('rest');
  }));

/** The bytes of all buffers, collected until there are not more than wanted. */
async function memoryOnceCollected(wanted: number): Promise<number> {
  for (let turns = 0; turns < 20 && process.memoryUsage().arrayBuffers > wanted; turns++) {
    globalThis.gc!();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().arrayBuffers;
}
