import { Buffer } from 'node:buffer';
import { end, recorders } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  for (const closes of ['client', 'server']) {
    const [client, accepted, server] = await recorders(trace, `${closes} closes: `);
    const { transport } = closes === 'client' ? client : accepted;
    trace(transport.isReading(), transport.isClosing(), transport.getProtocol() === client);
    transport.write(Buffer.from('good'));
    transport.write(Buffer.from('bye'));
    transport.close();
    trace('closed', transport.isReading(), transport.isClosing());
    transport.close();
    await end(server, client, accepted);
    trace(client.data, accepted.data);
  }
}
