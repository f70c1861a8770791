import type { InetAddress } from '@bight/loop-abstract';
import type { StreamAddress } from './net-driver.js';

/** Where an error happened, of the address that was to be reached. */
export function placeOf(address: StreamAddress): { address: string; port?: number } {
  if ('path' in address) return { address: address.path };
  const { host, port } = address.sockaddr as InetAddress;
  return { address: host, port };
}
