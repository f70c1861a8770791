import { getRunningLoop, Protocol } from 'bight';
import { clientContext, serverContext } from '../../support/certificate.js';
import { Recorder, serve } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  loop.setExceptionHandler((_, context) => trace('handler', ...trace.context(context)));
  const [silent, silentPort] = await serve(() => new Protocol());
  const options = { host: '127.0.0.1', port: silentPort, ssl: clientContext(), serverHostname: 'localhost' };
  try {
    await loop.createConnection(() => new Protocol(), { ...options, sslHandshakeTimeout: 0.05 });
  } catch (error) {
    trace(trace.kind(error));
  }
  for (const wrong of [0, -1]) {
    try {
      await loop.createConnection(() => new Protocol(), { ...options, sslHandshakeTimeout: wrong });
    } catch (error) {
      trace(trace.kind(error));
    }
  }
  const [server, port] = await serve(() => new Recorder(trace.lane('server')), {
    ssl: serverContext(),
    sslHandshakeTimeout: 0.05,
  });
  const lane = trace.lane('client that says nothing');
  const [, client] = await loop.createConnection(() => new Recorder(lane), { host: '127.0.0.1', port });
  await client.lost;
  server.close();
  silent.close();
}
