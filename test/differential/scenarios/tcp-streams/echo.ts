import { Buffer } from 'node:buffer';
import { type InetAddress, openConnection, type StreamReader, type StreamWriter, startServer } from 'bight';
import { newFuture } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const lane = trace.lane('server');
  const done = newFuture();

  const serve = async (reader: StreamReader, writer: StreamWriter) => {
    lane('peer', (writer.getExtraInfo('peername') as InetAddress).host, writer.isClosing());
    for (let line = await reader.readline(); line.length > 0; line = await reader.readline()) {
      lane(line);
      writer.write(Buffer.concat([Buffer.from('echo '), line]));
      await writer.drain();
    }
    lane('end', reader.atEof());
    writer.close();
    await writer.waitClosed();
    lane('closed');
    done.setResult(undefined);
  };

  const server = await startServer(serve, { host: '127.0.0.1', port: 0 });
  const { port } = server.sockets[0]!.getsockname();
  const [reader, writer] = await openConnection({ host: '127.0.0.1', port });
  for (const line of ['one\n', 'two\n', 'three']) {
    writer.write(Buffer.from(line));
    await writer.drain();
    if (line.endsWith('\n')) trace(await reader.readline());
  }
  trace(writer.canWriteEof(), reader.atEof());
  writer.writeEof();
  trace(await reader.read(), reader.atEof(), await reader.read(), await reader.readline());
  writer.close();
  trace(writer.isClosing());
  await writer.waitClosed();
  await done;
  server.close();
  await server.waitClosed();
}
