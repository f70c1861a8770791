import { Buffer } from 'node:buffer';
import { openConnection, type StreamReader, type StreamWriter, startServer } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const serve = async (reader: StreamReader, writer: StreamWriter) => {
    const question = await reader.read();
    for (let count = 0; count < 100; count++) {
      writer.write(Buffer.alloc(question.length * 2000, question));
      await writer.drain();
    }
    writer.close();
  };
  const server = await startServer(serve, { host: '127.0.0.1', port: 0 });
  const { port } = server.sockets[0]!.getsockname();
  const [reader, writer] = await openConnection({ host: '127.0.0.1', port });
  writer.writelines([Buffer.from('hel'), Buffer.from('lo')]);
  writer.writeEof();
  await writer.drain();
  try {
    writer.write(Buffer.from('more'));
  } catch (error) {
    trace(trace.kind(error));
  }
  const answer = await reader.read();
  trace(answer.length, answer.subarray(0, 10));
  writer.close();
  await writer.waitClosed();
  server.close();
  await server.waitClosed();
}
