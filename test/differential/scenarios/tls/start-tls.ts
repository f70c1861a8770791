import { Buffer } from 'node:buffer';
import { createTask, getRunningLoop, type SSLContext } from 'bight';
import { clientContext, serverContext } from '../../support/certificate.js';
import { end, recorders } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const [client, accepted, server] = await recorders(trace);
  client.transport.write(Buffer.from('STARTTLS\n'));
  await accepted.received(9);
  const old = accepted.transport;
  accepted.transport.write(Buffer.from('go ahead\n'));
  const upgraded = createTask(
    async () => await loop.startTls(accepted.transport, accepted, serverContext(), { serverSide: true }),
  );
  await client.received(9);
  client.transport = (await loop.startTls(client.transport, client, clientContext(), {
    serverHostname: 'localhost',
  }))!;
  accepted.transport = (await upgraded)!;
  trace(accepted.transport === old, accepted.transport.getProtocol() === accepted);
  trace(client.transport.getExtraInfo('cipher') !== null);
  client.transport.write(Buffer.from('secret'));
  await accepted.received(15);
  accepted.transport.write(Buffer.from('answer'));
  await client.received(15);
  trace(client.data, accepted.data);
  client.transport.close();
  await end(server, client, accepted);
  try {
    await loop.startTls(client.transport, client, {} as SSLContext);
  } catch (error) {
    trace(error);
  }
}
