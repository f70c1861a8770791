import { AF_INET6 } from '@bight/loop-net/constants';
import { type CreateServerOptions, getRunningLoop, Protocol } from 'bight';
import { serve } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

const names: Record<string, string> = {
  sslHandshakeTimeout: 'ssl_handshake_timeout',
  sslShutdownTimeout: 'ssl_shutdown_timeout',
};

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const factory = () => new Protocol();
  for (const options of [
    { sock: {}, host: '127.0.0.1', port: 0 },
    { host: '127.0.0.1', port: 0, sslHandshakeTimeout: 1 },
    { host: '127.0.0.1', port: 0, sslShutdownTimeout: 1 },
    { host: '127.0.0.1', port: 0, ssl: true },
  ] as unknown as CreateServerOptions[]) {
    try {
      await loop.createServer(factory, options);
    } catch (error) {
      trace(
        Object.keys(options).map((key) => names[key] ?? key),
        trace.kind(error),
      );
    }
  }
  const [taken, port] = await serve(factory);
  for (const host of ['127.0.0.1', '192.0.2.1']) {
    try {
      await loop.createServer(factory, { host, port });
    } catch (error) {
      trace(error);
    }
  }
  taken.close();
  const host = ['127.0.0.1', '127.0.0.2', '::1', '127.0.0.1'];
  const server = await loop.createServer(factory, { host, port: 0 });
  trace(server.sockets.map((sock) => sock.getsockname().host).sort());
  trace(server.sockets.map((sock) => sock.family === AF_INET6).sort());
  server.close();
}
