import type { Address } from '@bight/loop-abstract';
import {
  AF_INET6,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  SO_KEEPALIVE,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SOCK_STREAM,
  SOL_SOCKET,
  Socket,
} from '@bight/sockets';
import type { Place } from './messages.js';

/**
 * The sockets that all workers listen on. They are bound once and stay open here, so that a worker that leaves takes no
 * connection with it that none has accepted: closing one of several sockets with SO_REUSEPORT would reset those in its
 * queue.
 */
export class SharedListeners {
  readonly #sockets = new Map<string, Socket>();

  /**
   * The descriptor of the socket for a place; the same one for all workers.
   *
   * @throws the system's error when it cannot be bound
   */
  descriptor(place: Place): number {
    const key = JSON.stringify(place);
    let socket = this.#sockets.get(key);
    if (socket === undefined) {
      socket = bound(place);
      this.#sockets.set(key, socket);
    }
    return socket.fileno();
  }

  /** Closes all. */
  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }
}

function bound({ family, proto, address, reuseAddress, reusePort, keepAlive }: Place): Socket {
  const socket = new Socket({ family, type: SOCK_STREAM, proto });
  try {
    if (reuseAddress ?? true) socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, true);
    if (reusePort) socket.setsockopt(SOL_SOCKET, SO_REUSEPORT, true);
    if (keepAlive) socket.setsockopt(SOL_SOCKET, SO_KEEPALIVE, true);
    if (family === AF_INET6) socket.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, true);
    socket.bind(address as Address);
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}
