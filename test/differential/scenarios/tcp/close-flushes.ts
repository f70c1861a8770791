import { Buffer } from 'node:buffer';
import { end, recorders } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const [client, accepted, server] = await recorders(trace);
  accepted.transport.pauseReading();
  client.transport.setWriteBufferLimits({ high: 100_000_000 });
  client.transport.write(Buffer.alloc(20_000_000, 'x'));
  client.transport.close();
  trace(client.transport.isClosing(), client.transport.getWriteBufferSize() > 0, client.lost.done());
  client.transport.write(Buffer.from('too late'));
  accepted.transport.resumeReading();
  await end(server, client, accepted);
  trace(accepted.data.length, client.transport.getWriteBufferSize());
}
