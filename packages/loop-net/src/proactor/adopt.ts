import net from 'node:net';
import { type InetAddress, ValueError } from '@bight/loop-abstract';
import { describeValue, typeError } from '@bight/loop-abstract/validate';
import { SOCK_STREAM } from '../addresses/constants.js';
import type { Listener } from '../driver/net-driver.js';
import type { SocketChannel } from '../driver/socket-channel.js';
import type { ChannelEnvironment } from '../node/channel-environment.js';
import { DirectSocket } from '../node/direct-channel.js';
import { FlowingChannel } from '../node/flowing-channel.js';
import { handleOf } from '../node/node-handle.js';
import { NodeStreamSocket, nodeAddress } from '../node/node-stream-socket.js';
import { type ListenerParts, NodeListener } from './node-listener.js';
import { NodeListeningSocket } from './node-listening-socket.js';

/** A socket of `@bight/sockets`: its descriptor can be taken out of it. */
export interface DetachableSocket {
  readonly family: number;
  readonly type: number;
  fileno(): number;
  detach(): number;
  close(): void;
  getsockname(): InetAddress | string;
  getpeername(): InetAddress | string;
}

/** Makes a channel of a connected socket that the caller made. */
export function adoptStream(environment: ChannelEnvironment, sock: unknown): SocketChannel {
  if (sock instanceof net.Socket) {
    if (sock.destroyed || sock.pending) {
      throw new ValueError(
        `sock must be a connected socket, not one that is ${sock.destroyed ? 'closed' : 'not connected'}`,
      );
    }
    const info = new NodeStreamSocket(sock, { keepAlive: false, unix: null });
    return new FlowingChannel(environment, sock, info);
  }
  if (isDetachable(sock)) {
    checkStreamSocket(sock);
    const [name, peer] = [sock.getsockname(), sock.getpeername()];
    const unix = typeof name === 'string' && typeof peer === 'string' ? { name, peer } : null;
    return new DirectSocket(environment, { fd: sock.detach() }).connected({ keepAlive: false, unix });
  }
  throw typeError('sock', 'a connected socket of node:net or @bight/sockets', sock);
}

/** Makes a listener of a bound socket that the caller made. */
export function adoptListener(environment: ChannelEnvironment, sock: unknown): Listener {
  if (sock instanceof net.Server) return adoptServer(environment, sock);
  if (isDetachable(sock)) return adoptBoundSocket(environment, sock);
  throw typeError('sock', 'a listening net.Server, or a socket of @bight/sockets', sock);
}

function adoptServer(environment: ChannelEnvironment, server: net.Server): Listener {
  const address = server.address();
  if (address === null) throw new ValueError('sock must be a server that listens');
  server.removeAllListeners('connection');
  Object.assign(server, { allowHalfOpen: true, pauseOnConnect: true });
  return listenerOf(environment, server, address, {
    listen: () => {},
    discard: () => {},
    fileno: () => handleOf(server)?.fd ?? -1,
  });
}

function adoptBoundSocket(environment: ChannelEnvironment, sock: DetachableSocket): Listener {
  checkStreamSocket(sock);
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true });
  return listenerOf(environment, server, sock.getsockname(), {
    listen: (backlog) => server.listen({ fd: sock.detach(), backlog }),
    discard: () => sock.close(),
    fileno: () => handleOf(server)?.fd ?? sock.fileno(),
  });
}

function listenerOf(
  environment: ChannelEnvironment,
  server: net.Server,
  address: net.AddressInfo | InetAddress | string,
  { listen, discard, fileno }: Pick<ListenerParts, 'listen' | 'discard'> & { fileno: () => number },
): Listener {
  const isUnix = typeof address === 'string';
  const name =
    typeof address === 'object' && 'address' in address
      ? nodeAddress(address.address, address.port)
      : address;
  const isListening = () => server.listening;
  const socket = new NodeListeningSocket({ name, keepAlive: false, reusePort: false, fileno, isListening });
  return new NodeListener(environment, { server, listen, discard, socket, keepAlive: false, isUnix });
}

function checkStreamSocket(sock: DetachableSocket): void {
  if (sock.type !== SOCK_STREAM)
    throw new ValueError(`A Stream Socket was expected, got ${describeValue(sock)}`);
}

export function isDetachable(sock: unknown): sock is DetachableSocket {
  return (
    typeof sock === 'object' &&
    sock !== null &&
    typeof (sock as Partial<DetachableSocket>).fileno === 'function' &&
    typeof (sock as Partial<DetachableSocket>).detach === 'function'
  );
}
