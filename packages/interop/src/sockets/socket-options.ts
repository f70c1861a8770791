import type { SocketLike } from '@bight/loop-abstract';
import { IPPROTO_TCP, SO_KEEPALIVE, SOL_SOCKET, TCP_KEEPIDLE, TCP_NODELAY } from '@bight/loop-net/constants';

/** What `socket.setKeepAlive()` sets. */
export interface KeepAlive {
  readonly enable: boolean;
  /** In seconds; 0 leaves the system's. */
  readonly idleSeconds: number;
}

/** Sends small segments at once, or gathers them. As with Node's sockets, a socket that cannot is no error. */
export function setNoDelay(socket: SocketLike | null, noDelay: boolean): void {
  trySet(socket, IPPROTO_TCP, TCP_NODELAY, noDelay);
}

/** Probes an idle connection, or not. As with Node's sockets, a socket that cannot is no error. */
export function setKeepAlive(socket: SocketLike | null, { enable, idleSeconds }: KeepAlive): void {
  trySet(socket, SOL_SOCKET, SO_KEEPALIVE, enable);
  if (enable && idleSeconds > 0) trySet(socket, IPPROTO_TCP, TCP_KEEPIDLE, idleSeconds);
}

function trySet(socket: SocketLike | null, level: number, option: number, value: number | boolean): void {
  try {
    socket?.setsockopt(level, option, value);
  } catch {
    // A Unix socket, a simulated one, or one that is broken already.
  }
}
