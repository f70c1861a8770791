import type { AddrInfo } from '@bight/loop-abstract';
import { AF_UNSPEC, IPPROTO_IP, IPPROTO_TCP, IPPROTO_UDP, SOCK_DGRAM, SOCK_STREAM } from './constants.js';
import { familyOf, makeInetAddress } from './inet-address.js';

/** What is looked up: a host and a port, of which either may be a name. */
export interface Endpoint {
  host: string | null;
  port: number | string | null;
  flowinfo?: number | undefined;
  scopeId?: number | undefined;
}

/** Which of a host's addresses are wanted. */
export interface AddressFilter {
  family: number;
  type: number;
  proto: number;
}

/**
 * The address of an endpoint that is numeric already, so that nothing has to be looked up; `null` for one that is not.
 */
export function numericAddrInfo(endpoint: Endpoint, filter: AddressFilter): AddrInfo | null {
  const { host } = endpoint;
  if (host === null || host.includes('%')) return null;
  if (filter.proto !== IPPROTO_IP && filter.proto !== IPPROTO_TCP && filter.proto !== IPPROTO_UDP)
    return null;
  if (filter.type !== SOCK_STREAM && filter.type !== SOCK_DGRAM) return null;
  const port = numericPort(endpoint.port);
  const family = familyOf(host);
  if (port === null || family === AF_UNSPEC) return null;
  if (filter.family !== AF_UNSPEC && filter.family !== family) return null;
  return {
    family,
    type: filter.type,
    proto: filter.type === SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP,
    canonname: '',
    sockaddr: makeInetAddress(host, port, endpoint.flowinfo, endpoint.scopeId),
  };
}

/** The number that a port is, also one in a string; `null` for the name of a service. */
export function numericPort(port: number | string | null): number | null {
  if (typeof port === 'number') return port;
  if (port === null || port === '') return 0;
  return /^\d+$/.test(port) ? Number(port) : null;
}
