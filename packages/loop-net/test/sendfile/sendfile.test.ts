import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RuntimeError, SendfileNotAvailableError } from '@bight/loop-abstract';
import { wrapFuture } from '@bight/loop-core';
import { afterAll, describe, expect, test } from '@jest/globals';
import { Recording } from '../../../../test/support/recording.js';
import { createDefaultContext, ProactorEventLoop, SSLContext } from '../../src/index.js';
import { certificates } from '../support/certificates.js';
import { drivers, runOn } from '../support/loops.js';
import { recordingPair, serve } from '../support/pairs.js';

const directory = mkdtempSync(join(tmpdir(), 'bight-sendfile-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const content = Buffer.alloc(300_000);
for (let index = 0; index < content.length; index += 4) content.writeUInt32BE(index, index);
const path = join(directory, 'content');
writeFileSync(path, content);
const emptyPath = join(directory, 'empty');
writeFileSync(emptyPath, '');
// More than the buffers of two sockets hold.
const hugeSize = 30_000_000;
const hugePath = join(directory, 'huge');
writeFileSync(hugePath, Buffer.alloc(hugeSize, 'h'));

/** Opens a file for as long as a function runs. The loop goes on meanwhile. */
async function withFile<T>(name: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await wrapFuture(open(name));
  try {
    return await use(file);
  } finally {
    await wrapFuture(file.close());
  }
}

async function nextByte(file: FileHandle): Promise<number> {
  const { buffer } = await wrapFuture(file.read(Buffer.alloc(1), 0, 1, null));
  return buffer[0]!;
}

describe.each(drivers)('$name: sendfile', ({ Loop }) => {
  test('a whole file, with what is written around it', async () => {
    await runOn(Loop, async (loop) => {
      const { accepted, transport } = await recordingPair(loop);
      await withFile(path, async (file) => {
        transport.write(Buffer.from('<'));
        expect(await loop.sendfile(transport, file)).toBe(content.length);
        transport.write(Buffer.from('>'));
      });
      await accepted.received(content.length + 2);
      expect(accepted.data.equals(Buffer.concat([Buffer.from('<'), content, Buffer.from('>')]))).toBe(true);
    });
  });

  test('a part of a file moves its position to the end of the part', async () => {
    await runOn(Loop, async (loop) => {
      const { accepted, transport } = await recordingPair(loop);
      await withFile(path, async (file) => {
        expect(await loop.sendfile(transport, file, { offset: 1002, count: 200_001 })).toBe(200_001);
        expect(await nextByte(file)).toBe(content[201_003]);
        expect(await loop.sendfile(transport, file.fd, { offset: 299_990, count: 100 })).toBe(10);
        expect(await loop.sendfile(transport, file, { offset: 400_000 })).toBe(0);
      });
      await accepted.received(200_011);
      expect(accepted.data.subarray(0, 200_001).equals(content.subarray(1002, 201_003))).toBe(true);
      expect(accepted.data.subarray(200_001).equals(content.subarray(299_990))).toBe(true);
    });
  });

  test('an empty file is nothing', async () => {
    await runOn(Loop, async (loop) => {
      const { transport } = await recordingPair(loop);
      await withFile(emptyPath, async (file) => {
        expect(await loop.sendfile(transport, file)).toBe(0);
      });
    });
  });

  test('over TLS', async () => {
    const { ca, server } = certificates();
    await runOn(Loop, async (loop) => {
      let sending: Promise<number> = Promise.resolve(0);
      const { port } = await serve(
        loop,
        () => ({
          connectionMade: (transport) => {
            sending = withFile(path, (file) => Promise.resolve(loop.sendfile(transport as never, file)));
          },
        }),
        { ssl: new SSLContext({ cert: server.cert, key: server.key }) },
      );
      const ssl = createDefaultContext({ ca: ca.cert });
      const [, client] = await loop.createConnection(() => new Recording(loop), {
        host: '127.0.0.1',
        port,
        ssl,
      });
      await client.received(content.length);
      expect(client.data.equals(content)).toBe(true);
      expect(await wrapFuture(sending)).toBe(content.length);
    });
  });

  test('a slow receiver is waited for, and its protocol is not called in between', async () => {
    await runOn(Loop, async (loop) => {
      const { client, accepted, transport } = await recordingPair(loop);
      accepted.transport.pauseReading();
      transport.setWriteBufferLimits({ high: 1000 });
      const big = join(directory, 'big');
      writeFileSync(big, Buffer.alloc(8_000_000, 'b'));
      await withFile(big, async (file) => {
        const sending = loop.sendfile(transport, file);
        loop.callLater(0.05, () => accepted.transport.resumeReading());
        expect(await sending).toBe(8_000_000);
      });
      await accepted.received(8_000_000);
      expect(client.events.filter((event) => event === 'data')).toEqual([]);
      expect(transport.getProtocol()).toBe(client);
      expect(transport.isReading()).toBe(true);
      accepted.transport.write(Buffer.from('still there'));
      await client.received(11);
    });
  });

  test('a connection that breaks is an error that says how much was sent', async () => {
    await runOn(Loop, async (loop) => {
      const { client, accepted, transport } = await recordingPair(loop);
      await withFile(hugePath, async (file) => {
        accepted.transport.pauseReading();
        const sending = loop.sendfile(transport, file);
        loop.callLater(0.05, () => accepted.transport.abort());
        const error = await sending.then(
          () => null,
          (reason: unknown) => reason as NodeJS.ErrnoException & { bytesSent: number },
        );
        expect(error!.code).toMatch(/^(ECONNRESET|EPIPE)$/);
        expect(error!.bytesSent).toBeGreaterThan(0);
        expect(error!.bytesSent).toBeLessThan(hugeSize);
        const { bytesRead } = await wrapFuture(file.read(Buffer.alloc(hugeSize), 0, hugeSize, null));
        expect(bytesRead).toBe(hugeSize - error!.bytesSent);
      });
      await client.event('lost');
      expect(client.events.filter((event) => event.startsWith('lost'))).toHaveLength(1);
    });
  });

  test('when cancelled, it returns the connection to its protocol', async () => {
    await runOn(Loop, async (loop) => {
      const { client, accepted, transport } = await recordingPair(loop);
      accepted.transport.pauseReading();
      await withFile(hugePath, async (file) => {
        const sending = loop.sendfile(transport, file);
        loop.callLater(0.05, () => sending.cancel());
        await expect(Promise.resolve(sending)).rejects.toMatchObject({ name: 'CancelledError' });
      });
      expect(transport.getProtocol()).toBe(client);
      transport.abort();
      await client.event('lost');
    });
  });

  test('invalid arguments are refused', async () => {
    await runOn(Loop, async (loop) => {
      const { client, transport } = await recordingPair(loop);
      expect(() => loop.sendfile(transport, 'name' as never)).toThrow(
        'file must be a file descriptor, a FileHandle or an object with fileno()',
      );
      expect(() => loop.sendfile(transport, 0, { count: 0 })).toThrow(
        'count must be an integer of at least 1',
      );
      expect(() => loop.sendfile(transport, 0, { offset: -1 })).toThrow(
        'offset must be an integer of at least 0',
      );
      expect(() => loop.sendfile(transport, 0, { count: '5' as never })).toThrow(TypeError);
      transport.close();
      await withFile(path, async (file) => {
        await expect(Promise.resolve(loop.sendfile(transport, file))).rejects.toThrow(RuntimeError);
      });
      await client.event('lost');
    });
  });
});

test('without the system call, fallback: false is an error', async () => {
  await runOn(ProactorEventLoop, async (loop) => {
    const { transport } = await recordingPair(loop);
    await withFile(path, async (file) => {
      const sending = loop.sendfile(transport, file, { fallback: false });
      await expect(Promise.resolve(sending)).rejects.toThrow(SendfileNotAvailableError);
    });
  });
});
