import { Buffer } from 'node:buffer';
import type { InetAddress } from 'bight';
import { endpoint } from '../../support/datagrams.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const [server, address] = await endpoint(trace.lane('server'));
  const [client, own] = await endpoint(trace.lane('client'));
  for (const data of ['one', 'two']) client.transport.sendto(Buffer.from(data), address);
  await server.arrived(2);
  trace((server.sender as InetAddress).port === own.port, client.transport.isClosing());
  server.transport.sendto(Buffer.from('answer'), server.sender);
  await client.arrived(1);
  trace((client.sender as InetAddress).port === address.port);
  client.transport.close();
  trace('closed', client.transport.isClosing());
  client.transport.close();
  client.transport.abort();
  await client.lost;
  server.transport.abort();
  await server.lost;
}
