import type { AddrInfo, NetLoop } from '@bight/loop-abstract';
import { gaiError } from '../errors/gai-error.js';
import { type AddressFilter, type Endpoint, numericAddrInfo } from './numeric-addr-info.js';

/** A loop that looks names up. */
export type ResolvingLoop = Pick<NetLoop, 'getaddrinfo'>;

/** The addresses of an endpoint, at least one: looked up by the loop's own `getaddrinfo`, unless it is numeric. */
export function* resolveEndpoint(
  loop: ResolvingLoop,
  endpoint: Endpoint,
  filter: AddressFilter & { flags: number },
): Generator<unknown, AddrInfo[], unknown> {
  const numeric = numericAddrInfo(endpoint, filter);
  if (numeric !== null) return [numeric];
  const { family, type, proto, flags } = filter;
  const infos = yield* loop.getaddrinfo(endpoint.host, endpoint.port, { family, type, proto, flags });
  if (infos.length === 0)
    throw gaiError('ENOTFOUND', 'getaddrinfo() returned empty list', endpoint.host ?? undefined);
  return infos;
}
