import type { InetAddress } from '@bight/loop-abstract';
import { AF_INET, AF_INET6 } from '@bight/loop-net/constants';

/** An address with every field that its family has. */
export function makeAddress(host: string, port: number): InetAddress {
  if (host.includes(':')) return { host, port, family: AF_INET6, flowinfo: 0, scopeId: 0 };
  return { host, port, family: AF_INET };
}
