import { isIPv6 } from 'node:net';
import type { Address, Transport } from '@bight/loop-abstract';

/** One end of a connection, as `net.Socket` describes it; everything is `undefined` for a Unix socket. */
export interface Endpoint {
  readonly address?: string;
  readonly port?: number;
  readonly family?: 'IPv4' | 'IPv6';
}

/**
 * One end of a transport's connection.
 *
 * @param name - `'sockname'` or `'peername'`
 */
export function endpointOf(transport: Transport | null, name: 'sockname' | 'peername'): Endpoint {
  const found = transport?.getExtraInfo<string, null>(name, null) as Address | null | undefined;
  if (typeof found !== 'object' || found === null) return {};
  const { host, port, scopeId } = found;
  const scoped = scopeId ? `${host}%${scopeId}` : host;
  return { address: scoped, port, family: isIPv6(host) ? 'IPv6' : 'IPv4' };
}
