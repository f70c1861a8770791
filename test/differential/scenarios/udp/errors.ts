import { Buffer } from 'node:buffer';
import { endpoint } from '../../support/datagrams.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const [gone, address] = await endpoint(trace.lane('gone'));
  gone.transport.close();
  await gone.lost;
  const [client] = await endpoint(trace.lane('client'), { remoteAddr: address });
  client.transport.sendto(Buffer.from('to no socket'));
  await client.arrived(1);
  client.transport.sendto(Buffer.alloc(70000, '-'));
  await client.arrived(2);
  for (const data of ['text', null]) {
    try {
      client.transport.sendto(data as never);
    } catch (error) {
      trace(trace.kind(error));
    }
  }
  client.transport.close();
  await client.lost;
}
