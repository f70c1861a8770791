import { getRunningLoop, Protocol, ValueError } from 'bight';
import { newFuture, serve } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const reported = newFuture();
  loop.setExceptionHandler((_, context) => {
    trace('handler', ...trace.context(context));
    reported.setResult(undefined);
  });
  const fail = (): Protocol => {
    throw new ValueError('no protocol');
  };
  const host = '127.0.0.1';
  for (const debug of [false, true]) {
    loop.setDebug(debug);
    const [server, port] = await serve(fail);
    const [transport] = await loop.createConnection(() => new Protocol(), { host, port });
    transport.abort();
    if (debug) await reported;
    server.close();
    loop.setDebug(false);
  }
  const [server, port] = await serve(() => new Protocol());
  try {
    await loop.createConnection(fail, { host, port });
  } catch (error) {
    trace(error);
  }
  server.close();
}
