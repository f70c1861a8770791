import { Buffer } from 'node:buffer';
import { getRunningLoop } from 'bight';
import { end, recorders } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const [client, accepted, server] = await recorders(trace);
  accepted.transport.pauseReading();
  client.transport.write(Buffer.alloc(50_000_000, 'x'));
  trace(client.transport.getWriteBufferSize() > 0);
  loop.callSoon(client.lane, ['scheduled before']);
  client.transport.abort();
  client.lane('aborted', client.transport.isClosing(), client.transport.getWriteBufferSize());
  client.transport.abort();
  client.transport.close();
  client.transport.write(Buffer.from('in vain'));
  loop.callSoon(client.lane, ['scheduled after']);
  await client.lost;
  accepted.transport.abort();
  await end(server, accepted);
  trace(accepted.data.length < 50_000_000);
}
