import { Buffer } from 'node:buffer';
import { getRunningLoop } from 'bight';
import { clientContext, serverContext } from '../../support/certificate.js';
import { end, newFuture, Recorder, serve } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  for (const closes of ['client', 'server']) {
    const arrived = newFuture<Recorder>();
    const make = () => {
      arrived.setResult(new Recorder(trace.lane(`${closes} closes: server`)));
      return arrived.result();
    };
    const [server, port] = await serve(make, { ssl: serverContext() });
    const [transport, client] = await loop.createConnection(
      () => new Recorder(trace.lane(`${closes} closes: client`)),
      { host: '127.0.0.1', port, ssl: clientContext(), serverHostname: 'localhost' },
    );
    const accepted = await arrived;
    await accepted.made;
    client.notesFlow = accepted.notesFlow = false;
    trace(transport === client.transport, transport.canWriteEof(), transport.isReading());
    try {
      transport.writeEof();
    } catch (error) {
      trace(trace.kind(error));
    }
    trace(transport.getExtraInfo('cipher') !== null, transport.getExtraInfo('peercert') !== null);
    trace(accepted.transport.getExtraInfo('peercert'));
    client.transport.write(Buffer.from('question'));
    await accepted.received(8);
    accepted.transport.write(Buffer.alloc(1_000_000, 'a'));
    await client.received(1_000_000);
    const closing = closes === 'client' ? client : accepted;
    closing.transport.write(Buffer.from('bye'));
    closing.transport.close();
    closing.transport.write(Buffer.from('too late'));
    trace(closing.transport.isClosing());
    await end(server, client, accepted);
    trace(client.data.slice(-3), accepted.data);
  }
}
