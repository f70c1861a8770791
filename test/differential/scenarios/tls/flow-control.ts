import { Buffer } from 'node:buffer';
import { getRunningLoop } from 'bight';
import { clientContext, serverContext } from '../../support/certificate.js';
import { end, newFuture, Recorder, serve } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const arrived = newFuture<Recorder>();
  const make = () => {
    arrived.setResult(new Recorder(trace.lane('server')));
    return arrived.result();
  };
  const [server, port] = await serve(make, { ssl: serverContext() });
  const [transport, client] = await loop.createConnection(() => new Recorder(trace.lane('client')), {
    host: '127.0.0.1',
    port,
    ssl: clientContext(),
    serverHostname: 'localhost',
  });
  const accepted = await arrived;
  await accepted.made;
  client.notesFlow = accepted.notesFlow = false;
  trace(transport.getWriteBufferLimits());
  accepted.transport.pauseReading();
  trace(accepted.transport.isReading());
  transport.write(Buffer.alloc(20_000_000, 'x'));
  accepted.transport.resumeReading();
  await accepted.received(20_000_000);
  transport.close();
  await end(server, client, accepted);
  trace(accepted.data.length);
}
