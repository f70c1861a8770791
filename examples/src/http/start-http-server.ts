import { type AbstractServer, getRunningLoop, type SSLContext } from 'bight';
import { HttpConnection, type HttpLimits, type HttpService, usualLimits } from './http-connection.js';

/** The address and the limits of a server. */
export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  readonly ssl?: SSLContext | null;
  readonly limits?: Partial<HttpLimits>;
}

/**
 * Starts a web server. When it is closed, its connections end as soon as they have answered the received requests.
 *
 * @param handle - answers a request
 */
export async function startHttpServer(
  handle: HttpService['handle'],
  { host, port, ssl = null, limits }: HttpServerOptions,
): Promise<AbstractServer> {
  const loop = getRunningLoop();
  const connections = new Set<HttpConnection>();
  const service: HttpService = { loop, limits: { ...usualLimits, ...limits }, connections, handle };
  const server = await loop.createServer(() => new HttpConnection(service), {
    host,
    port,
    ssl,
    backlog: 1024,
  });
  const close = server.close.bind(server);
  server.close = (options) => {
    const closed = close(options);
    for (const connection of connections) connection.finish();
    return closed;
  };
  return server;
}
