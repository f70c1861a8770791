import { Buffer } from 'node:buffer';
import { end, recorders } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const [client, accepted, server] = await recorders(trace);
  server.close();
  client.transport.write(Buffer.from('still there'));
  await accepted.received(11);
  accepted.transport.write(Buffer.from('so am I'));
  await client.received(7);
  trace(client.data, accepted.data, server.isServing());
  client.transport.close();
  await end(server, client, accepted);
}
