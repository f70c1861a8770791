import type { PeerCertificate } from 'node:tls';
import type { Address, SocketLike } from '@bight/loop-abstract';
import type { TlsPlan } from './tls-plan.js';

/** How many servers' sessions are remembered. */
const CAPACITY = 128;

/**
 * A TLS session to resume, with the certificate that the server showed when it began, and what was found wrong with it:
 * a short handshake shows no certificate, and checks no name.
 */
export interface Session {
  readonly data: Buffer;
  readonly certificate: PeerCertificate | undefined;
  /** A code of OpenSSL or Node; `null` where the certificate was in order. */
  readonly authorizationError: string | null;
}

/** The latest TLS session with each server, so that the next handshake can be a short one. */
export class SessionCache {
  readonly #sessions = new Map<string, Session>();

  /** @param server - what the certificate was checked for, and where the server is */
  get(server: string): Session | undefined {
    return this.#sessions.get(server);
  }

  /** Remembers a session, and forgets the oldest when there are too many. */
  set(server: string, session: Session): void {
    this.#sessions.delete(server);
    this.#sessions.set(server, session);
    if (this.#sessions.size <= CAPACITY) return;
    for (const oldest of this.#sessions.keys()) {
      this.#sessions.delete(oldest);
      return;
    }
  }
}

/** The key of a session: the name for which the certificate was checked, and the port. */
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
