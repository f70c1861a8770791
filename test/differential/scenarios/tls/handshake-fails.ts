import { Buffer } from 'node:buffer';
import { createDefaultContext, getRunningLoop } from 'bight';
import { clientContext, serverContext } from '../../support/certificate.js';
import { Recorder, serve } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.setExceptionHandler((_, context) => trace('handler', ...trace.context(context)));
  const lane = trace.lane('server');
  const [server, port] = await serve(() => new Recorder(lane), { ssl: serverContext() });
  const host = '127.0.0.1';
  for (const [ssl, serverHostname] of [
    [createDefaultContext(), 'localhost'],
    [clientContext(), 'example.org'],
    [clientContext(), null],
  ] as const) {
    try {
      await loop.createConnection(() => new Recorder(lane), { host, port, ssl, serverHostname });
    } catch (error) {
      trace(serverHostname, error);
    }
  }
  const plain = trace.lane('plain client');
  const [talking, client] = await loop.createConnection(() => new Recorder(plain), { host, port });
  talking.write(Buffer.from('this is not TLS\r\n\r\n'));
  await client.lost;
  const silent = trace.lane('client that leaves');
  const [leaving, other] = await loop.createConnection(() => new Recorder(silent), { host, port });
  leaving.close();
  await other.lost;
  server.close();
}
