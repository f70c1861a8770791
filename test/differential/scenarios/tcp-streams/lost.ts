import { Buffer } from 'node:buffer';
import net from 'node:net';
import { createTask, type StreamReader, type StreamWriter, sleep, startServer } from 'bight';
import { newFuture } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const arrived = newFuture<[StreamReader, StreamWriter]>();
  const server = await startServer((...streams) => arrived.setResult(streams), {
    host: '127.0.0.1',
    port: 0,
  });
  const peer = net.connect(server.sockets[0]!.getsockname().port, '127.0.0.1');
  const [reader, writer] = await arrived;
  const reading = createTask(async () => {
    await reader.read();
  });
  await sleep(0);
  peer.resetAndDestroy();
  const attempts = [
    ['read', () => reading],
    ['read again', () => reader.read()],
    ['readline', () => reader.readline()],
    ['drain', () => writer.drain()],
    ['wait_closed', () => writer.waitClosed()],
  ] as [string, () => typeof reading][];
  for (const [what, attempt] of attempts) {
    try {
      await attempt();
      trace(what);
    } catch (error) {
      trace(what, error);
    }
  }
  trace(writer.isClosing(), reader.atEof(), reader.exception());
  writer.write(Buffer.from('in vain'));
  writer.close();
  server.close();
}
