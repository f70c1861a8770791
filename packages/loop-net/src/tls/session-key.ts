import type { Address, SocketLike } from '@bight/loop-abstract';
import type { TlsPlan } from './tls-plan.js';

/** Sessions are kept for what the certificate was checked for, at a port. */
export function sessionKey(socket: Pick<SocketLike, 'getpeername'>, { serverHostname }: TlsPlan): string {
  const peer = peerOf(socket);
  return `${serverHostname} ${typeof peer === 'object' && peer !== null ? peer.port : peer}`;
}

function peerOf(socket: Pick<SocketLike, 'getpeername'>): Address | null {
  try {
    return socket.getpeername<Address>();
  } catch {
    return null;
  }
}
