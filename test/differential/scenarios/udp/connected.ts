import { Buffer } from 'node:buffer';
import type { InetAddress } from 'bight';
import { endpoint } from '../../support/datagrams.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const [server, address] = await endpoint(trace.lane('server'));
  const [stranger] = await endpoint(trace.lane('stranger'));
  const [client, own] = await endpoint(trace.lane('client'), { remoteAddr: address });
  trace((client.transport.getExtraInfo('peername') as InetAddress).port === address.port);
  client.transport.sendto(Buffer.from('no address'));
  client.transport.sendto(Buffer.from('the address'), address);
  try {
    client.transport.sendto(Buffer.from('another'), { host: '127.0.0.1', port: 9 });
  } catch (error) {
    trace(trace.kind(error));
  }
  await server.arrived(2);
  stranger.transport.sendto(Buffer.from('from a stranger'), own);
  server.transport.sendto(Buffer.from('from the server'), own);
  await client.arrived(1);
  for (const protocol of [client, server, stranger]) {
    protocol.transport.close();
    await protocol.lost;
  }
}
