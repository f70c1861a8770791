import { Buffer } from 'node:buffer';
import {
  CancelledError,
  createTask,
  openConnection,
  RuntimeError,
  type StreamReader,
  type StreamWriter,
  sleep,
  startServer,
  waitFor,
} from 'bight';
import { newFuture } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const arrived = newFuture<[StreamReader, StreamWriter]>();
  const server = await startServer((...streams) => arrived.setResult(streams), {
    host: '127.0.0.1',
    port: 0,
  });
  const { port } = server.sockets[0]!.getsockname();
  const [reader, writer] = await openConnection({ host: '127.0.0.1', port });
  const [, other] = await arrived;
  other.write(Buffer.from('the first half, '));
  try {
    await waitFor(reader.readline(), 0.05);
  } catch (error) {
    trace(trace.kind(error));
  }
  const task = createTask(() => reader.readexactly(100));
  await sleep(0);
  try {
    await reader.read(1);
    trace('read');
    await reader.readline();
  } catch (error) {
    if (error instanceof RuntimeError) trace(trace.kind(error));
  }
  task.cancel();
  try {
    await task;
  } catch (error) {
    if (error instanceof CancelledError) trace(trace.kind(error));
  }
  other.write(Buffer.from('the second\n'));
  trace(await reader.readline());
  other.close();
  trace(await reader.read());
  writer.close();
  await writer.waitClosed();
  server.close();
  await server.waitClosed();
}
