import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RuntimeError } from '@bight/loop-abstract';
import { wrapFuture } from '@bight/loop-core';
import { afterAll, describe, expect, test } from '@jest/globals';
import { Recording } from '../../../../test/support/recording.js';
import { createDefaultContext, SSLContext } from '../../src/index.js';
import { certificates } from '../support/certificates.js';
import { drivers, runOn, type TestLoop } from '../support/loops.js';
import { type Pair, recordingPair, serve } from '../support/pairs.js';

const directory = mkdtempSync(join(tmpdir(), 'bight-sendfile-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const content = Buffer.alloc(8_000_000);
for (let index = 0; index < content.length; index += 4) content.writeUInt32BE(index, index);
const path = join(directory, 'content');
writeFileSync(path, content);

async function tlsPair(loop: TestLoop): Promise<Pair<Recording, Recording>> {
  const { ca, server: identity } = certificates();
  const accepted = new Recording(loop);
  const { server, host, port } = await serve(loop, () => accepted, {
    ssl: new SSLContext({ cert: identity.cert, key: identity.key }),
  });
  const [transport, client] = await loop.createConnection(() => new Recording(loop), {
    host,
    port,
    ssl: createDefaultContext({ ca: ca.cert }),
    serverHostname: 'localhost',
  });
  await accepted.event('made');
  return { client, accepted, transport, server };
}

const kinds = [
  { kind: 'TCP', connect: recordingPair },
  { kind: 'TLS', connect: tlsPair },
];

describe.each(drivers)('$name:', ({ Loop }) => {
  describe.each(kinds)('while a file is sent over $kind', ({ connect }) => {
    test('no other file, TLS or bytes can be sent, and the file arrives whole', async () => {
      await runOn(Loop, async (loop) => {
        const { client, accepted, transport, server } = await connect(loop);
        accepted.transport.pauseReading();
        const file = await wrapFuture(open(path));
        const sending = loop.sendfile(transport, file);
        await expect(loop.sendfile(transport, file)).rejects.toThrow(RuntimeError);
        const context = createDefaultContext();
        const upgrading = loop.startTls(transport, client, context, { serverHostname: 'localhost' });
        await expect(upgrading).rejects.toThrow(RuntimeError);
        expect(() => transport.write(Buffer.from('inside'))).toThrow(RuntimeError);
        expect(() => transport.writelines([Buffer.from('inside')])).toThrow(RuntimeError);
        expect(transport.getProtocol()).toBe(client);
        accepted.transport.resumeReading();
        expect(await sending).toBe(content.length);
        transport.write(Buffer.from('behind'));
        await accepted.received(content.length + 6);
        expect(accepted.data.subarray(0, content.length).equals(content)).toBe(true);
        expect(accepted.text.endsWith('behind')).toBe(true);
        await wrapFuture(file.close());
        transport.abort();
        server.close();
      });
    });

    test('a protocol that is set meanwhile stays, and so does a pause of reading', async () => {
      await runOn(Loop, async (loop) => {
        const { accepted, transport, server } = await connect(loop);
        accepted.transport.pauseReading();
        const file = await wrapFuture(open(path));
        const sending = loop.sendfile(transport, file);
        const other = new Recording(loop);
        transport.setProtocol(other);
        transport.pauseReading();
        accepted.transport.resumeReading();
        await sending;
        expect(transport.getProtocol()).toBe(other);
        expect(transport.isReading()).toBe(false);
        accepted.transport.write(Buffer.from('answer'));
        transport.resumeReading();
        await other.received(6);
        await wrapFuture(file.close());
        transport.abort();
        await other.event('lost');
        server.close();
      });
    });

    test('the connection may end: the send fails, and the protocol is notified once', async () => {
      await runOn(Loop, async (loop) => {
        const { client, accepted, transport, server } = await connect(loop);
        accepted.transport.pauseReading();
        const file = await wrapFuture(open(path));
        const sending = loop.sendfile(transport, file);
        loop.callLater(0.02, () => transport.abort());
        await expect(sending).rejects.toMatchObject({ bytesSent: expect.any(Number) });
        await client.event('lost');
        expect(client.events.filter((event) => event.startsWith('lost'))).toEqual(['lost']);
        await wrapFuture(file.close());
        server.close();
      });
    });
  });
});
