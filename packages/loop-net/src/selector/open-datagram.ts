import { statSync, unlinkSync } from 'node:fs';
import { SO_BROADCAST, SO_REUSEPORT, SOL_SOCKET, Socket } from '@bight/sockets';
import { AF_UNIX, SOCK_DGRAM } from '../addresses/constants.js';
import type { DatagramOptions } from '../driver/net-driver.js';
import { isAbstract } from '../unix/unix-path.js';

/**
 * Makes a datagram socket, binds it, and connects it if there is a remote address.
 *
 * @throws the system's error
 */
export function openDatagramSocket(options: DatagramOptions): Socket {
  const { family, proto, local, remote, reusePort, allowBroadcast } = options;
  const socket = new Socket({ family, type: SOCK_DGRAM, proto });
  try {
    if (reusePort) socket.setsockopt(SOL_SOCKET, SO_REUSEPORT, true);
    if (allowBroadcast) socket.setsockopt(SOL_SOCKET, SO_BROADCAST, true);
    if (family === AF_UNIX && typeof local === 'string') removeStaleFile(local);
    if (local !== null) socket.bind(local);
    // A broadcast has no one other end that could be connected to.
    if (remote !== null && !allowBroadcast) socket.connect(remote);
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** As asyncio does: a socket's file is taken for one that was left behind. */
function removeStaleFile(path: string): void {
  try {
    if (!isAbstract(path) && statSync(path).isSocket()) unlinkSync(path);
  } catch {
    // Not there, or not ours to remove: binding will show it.
  }
}
