import { Buffer } from 'node:buffer';
import {
  IncompleteReadError,
  openConnection,
  type StreamReader,
  type StreamWriter,
  startServer,
} from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const serve = async (_: StreamReader, writer: StreamWriter) => {
    writer.write(Buffer.from('partial'));
    writer.close();
  };
  const server = await startServer(serve, { host: '127.0.0.1', port: 0 });
  const { port } = server.sockets[0]!.getsockname();
  for (const read of [
    (reader: StreamReader) => reader.readexactly(100),
    (reader: StreamReader) => reader.readuntil(Buffer.from('--')),
    (reader: StreamReader) => reader.readline(),
    (reader: StreamReader) => reader.read(),
  ]) {
    const [reader, writer] = await openConnection({ host: '127.0.0.1', port });
    try {
      trace(await read(reader));
    } catch (error) {
      if (error instanceof IncompleteReadError) trace(error.partial, error.expected);
    }
    trace(reader.atEof());
    writer.close();
    await writer.waitClosed();
  }
  server.close();
  await server.waitClosed();
}
