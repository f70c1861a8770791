import { describe, expect, test } from '@jest/globals';
import {
  gather,
  moveOnAfter,
  openConnection,
  StreamReader,
  StreamReaderProtocol,
  type StreamWriter,
  startServer,
} from 'bight';
import { inLoop, loopClasses } from '../support/in-loop.js';

const LIMIT = 4_000_000;
const END = Buffer.from('.\r\n');

/** Messages of which each part has a place of its own. */
const messages = Array.from({ length: 4 }, (_, seed) => {
  const data = Buffer.alloc(300_000);
  for (let at = 0; at < data.length; at += 4) data.writeUInt32LE((seed << 24) | at | 0x80, at);
  return Buffer.concat([data, END]);
});
const message = (seed: number) => messages[seed]!;

/** A server that sends a message for each byte that it receives. */
async function withServer(body: (port: number) => Promise<void>): Promise<void> {
  const server = await startServer(
    async (reader, writer) => {
      for (let seed = 0; (await reader.read(1)).length > 0; seed++) await writer.send(message(seed));
      writer.close();
    },
    { host: '127.0.0.1', port: 0 },
  );
  const { port } = server.sockets[0]!.getsockname() as { port: number };
  await body(port);
  server.close();
  await server.waitClosed();
}

const reads: Record<string, (reader: StreamReader) => PromiseLike<Buffer>> = {
  'readuntil()': (reader) => reader.readuntil(END),
  'readexactly()': (reader) => reader.readexactly(message(0).length),
};

async function close(writer: StreamWriter): Promise<void> {
  writer.close();
  await writer.waitClosed();
}

describe.each(loopClasses)('$name: a long read', ({ Loop }) => {
  test.each([false, true])('gives what was sent, and keeps it, debug mode: %p', (isDebug) =>
    inLoop(async (loop) => {
      loop.setDebug(isDebug);
      loop.slowCallbackDuration = Number.POSITIVE_INFINITY;
      await withServer(async (port) => {
        const opened = await gather(
          Array.from({ length: 3 }, () => openConnection({ host: '127.0.0.1', port, limit: LIMIT })),
        );
        const kept: { data: Buffer; seed: number }[] = [];
        for (const [seed, read] of [...Object.values(reads), ...Object.values(reads)].entries()) {
          for (const [, writer] of opened) await writer.send(Buffer.from('+'));
          const found = await gather(opened.map(([reader]) => read(reader)));
          kept.push(...found.map((data) => ({ data, seed })));
        }
        for (const { data, seed } of kept) expect(data.equals(message(seed))).toBe(true);
        const memories = kept.map(({ data }) => data.buffer);
        expect(new Set(memories).size).toBe(memories.length);
        for (const [, writer] of opened) await close(writer);
      });
    }, Loop),
  );

  test('borrows as long as it lasts', () =>
    inLoop(async () => {
      await withServer(async (port) => {
        const [reader, writer] = await openConnection({ host: '127.0.0.1', port, limit: LIMIT });
        const modes: string[] = [];
        const { transport } = writer;
        const setReceiveMode = transport.setReceiveMode.bind(transport);
        transport.setReceiveMode = (mode) => {
          modes.push(mode);
          setReceiveMode(mode);
        };
        for (const [seed, read] of Object.values(reads).entries()) {
          await writer.send(Buffer.from('+'));
          expect((await read(reader)).equals(message(seed))).toBe(true);
        }
        expect(modes).toEqual(['borrowed', 'kept', 'borrowed', 'kept']);
        await close(writer);
      });
    }, Loop));

  test('that is cancelled takes nothing', () =>
    inLoop(async () => {
      await withServer(async (port) => {
        const [reader, writer] = await openConnection({ host: '127.0.0.1', port, limit: LIMIT });
        await writer.send(Buffer.from('+'));
        // It waits for what is never sent.
        const scope = moveOnAfter(0.3);
        await scope.run(() => reader.readexactly(2_000_000));
        expect(scope.cancelledCaught).toBe(true);
        expect((await reader.readuntil(END)).equals(message(0))).toBe(true);
        await close(writer);
      });
    }, Loop));

  test('does not borrow where a protocol or a reader of a subclass reads the bytes itself', () =>
    inLoop(async (loop) => {
      await withServer(async (port) => {
        class Watching extends StreamReaderProtocol {
          readonly seen: Buffer[] = [];
          override dataReceived = (data: Buffer): void => {
            this.seen.push(data);
            super.dataReceived(data);
          };
        }
        class WatchingReader extends StreamReader {
          readonly seen: Buffer[] = [];
          override feedData(data: Buffer): void {
            this.seen.push(data);
            super.feedData(data);
          }
        }
        const reader = new StreamReader({ limit: LIMIT });
        const watchingReader = new WatchingReader({ limit: LIMIT });
        const both = [new Watching(reader, null, loop), new StreamReaderProtocol(watchingReader, null, loop)];
        const [[first], [second]] = await gather(
          both.map((protocol) => loop.createConnection(() => protocol, { host: '127.0.0.1', port })),
        );
        for (const transport of [first, second]) transport!.write(Buffer.from('+'));
        await reader.readuntil(END);
        await watchingReader.readuntil(END);
        for (const { seen } of [both[0] as Watching, watchingReader])
          expect(Buffer.concat(seen).equals(message(0))).toBe(true);
        first!.close();
        second!.close();
      });
    }, Loop));
});
