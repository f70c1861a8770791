import { getRunningLoop, Protocol } from 'bight';
import { Recorder, serve } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const host = '127.0.0.1';
  const [server, port] = await serve(() => new Recorder(trace.lane('server')), { startServing: false });
  trace(server.isServing(), server.sockets.length, port > 0, server.getLoop() === loop);
  try {
    await loop.createConnection(() => new Protocol(), { host, port });
  } catch (error) {
    trace(error);
  }
  await server.startServing();
  trace(server.isServing());
  await server.startServing();
  const [transport, client] = await loop.createConnection(() => new Recorder(trace.lane('client')), {
    host,
    port,
  });
  transport.close();
  await client.lost;
  server.close();
  trace(server.isServing(), server.sockets.length);
  server.close();
  try {
    await server.serveForever();
  } catch (error) {
    trace(trace.kind(error));
  }
  await server.waitClosed();
  await server.waitClosed();
  try {
    await loop.createConnection(() => new Protocol(), { host, port });
  } catch (error) {
    trace(error);
  }
}
