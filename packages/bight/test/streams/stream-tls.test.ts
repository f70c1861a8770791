import { describe, expect, test } from '@jest/globals';
import { createDefaultContext, openConnection, SSLContext, startServer } from 'bight';
import { inLoop, loopClasses } from '../support/in-loop.js';
import { selfSigned } from '../support/self-signed.js';

describe.each(loopClasses)('$name: streams over TLS', ({ Loop }) => {
  test('a server and a client need nothing but this package', async () => {
    const credentials = selfSigned();
    await inLoop(async () => {
      const server = await startServer(
        async (reader, writer) => {
          writer.write(await reader.readline());
          await writer.drain();
          writer.close();
        },
        { host: '127.0.0.1', port: 0, ssl: new SSLContext(credentials) },
      );
      const { host, port } = server.sockets[0]!.getsockname();
      const ssl = createDefaultContext({ ca: credentials.cert });
      const [reader, writer] = await openConnection({ host, port, ssl, serverHostname: 'localhost' });
      writer.write(Buffer.from('hello\n'));
      expect((await reader.read()).toString()).toBe('hello\n');
      expect(writer.getExtraInfo('cipher')?.version).toMatch(/^TLSv1/);
      writer.close();
      await writer.waitClosed();
      server.close();
      await server.waitClosed();
    }, Loop);
  });
});
