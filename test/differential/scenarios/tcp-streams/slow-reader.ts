import { Buffer } from 'node:buffer';
import { LimitOverrunError, openConnection, type StreamReader, type StreamWriter, startServer } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const serve = async (_: StreamReader, writer: StreamWriter) => {
    const lane = trace.lane('server');
    writer.write(Buffer.from(`${'a long line '.repeat(100)}\n${'x'.repeat(3_000_000)}`));
    writer.close();
    lane('closed', writer.isClosing());
    await writer.waitClosed();
    lane('sent');
  };
  const server = await startServer(serve, { host: '127.0.0.1', port: 0 });
  const { port } = server.sockets[0]!.getsockname();
  const [reader, writer] = await openConnection({ host: '127.0.0.1', port, limit: 1000 });
  try {
    await reader.readuntil(Buffer.from('\n'));
  } catch (error) {
    if (error instanceof LimitOverrunError) trace(trace.kind(error), error.consumed);
  }
  try {
    await reader.readline();
  } catch (error) {
    trace(trace.kind(error));
  }
  let rest = 0;
  for (let portion = await reader.read(5000); portion.length > 0; portion = await reader.read(5000)) {
    rest += portion.length;
  }
  trace(rest, reader.atEof());
  writer.close();
  await writer.waitClosed();
  server.close();
  await server.waitClosed();
}
