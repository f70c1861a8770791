import type { ProtocolFactory } from '@bight/loop-abstract';
import {
  HttpConnection,
  type HttpLoop,
  type HttpService,
  usualLimits,
} from '../../src/http/http-connection.js';

/** A small HTTP server, which answers with the target or the body of the request. */
export function httpEcho(loop: HttpLoop, limits = usualLimits): ProtocolFactory<HttpConnection> {
  const service: HttpService = {
    loop,
    limits,
    connections: new Set(),
    async handle({ method, target, body }) {
      return {
        status: '200 OK',
        body: method === 'POST' ? await body.bytes() : Buffer.from(`You asked for ${target}\n`),
      };
    },
  };
  return () => new HttpConnection(service);
}
