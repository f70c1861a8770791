import net from 'node:net';
import tls from 'node:tls';
import { describe, expect, test } from '@jest/globals';
import { SSLContext, startServer } from 'bight';
import { inLoop, loopClasses } from '../support/in-loop.js';
import { selfSigned } from '../support/self-signed.js';

/** A socket that holds back what is written to it first, and sends it behind a header, in one segment. */
function behindHeader(port: number, header: string): Promise<net.Socket> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      const write = socket.write.bind(socket) as (data: Buffer) => boolean;
      socket.cork();
      write(Buffer.from(header));
      resolve(socket);
      setImmediate(() => socket.uncork());
    });
  });
}

describe.each(loopClasses)('$name: StreamWriter.startTls()', ({ Loop }) => {
  test("a proxy's header and the client's hello may come in one segment", async () => {
    const credentials = selfSigned();
    await inLoop(async (loop) => {
      const served = loop.createFuture<string>();
      const server = await startServer(
        async (reader, writer) => {
          const header = await reader.readline();
          await writer.startTls(new SSLContext(credentials));
          const line = await reader.readline();
          writer.write(Buffer.from(`${header}${line}`));
          await writer.drain();
          writer.close();
          served.setResult(header.toString());
        },
        { host: '127.0.0.1', port: 0 },
      );
      const { port } = server.sockets[0]!.getsockname();
      const answer = loop.createFuture<string>();
      const socket = await behindHeader(port, 'PROXY TCP4\n');
      const secured = tls.connect({ socket, rejectUnauthorized: false });
      let said = '';
      secured.on('data', (data: Buffer) => {
        said += data;
      });
      secured.on('close', () => loop.callSoonThreadsafe(() => answer.setResult(said)));
      secured.write('hello\n');
      secured.on('end', () => secured.end());
      expect(await answer).toBe('PROXY TCP4\nhello\n');
      expect(await served).toBe('PROXY TCP4\n');
      server.close();
      await server.waitClosed();
    }, Loop);
  });
});
