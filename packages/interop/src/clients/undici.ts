import type { Socket } from 'node:net';
import type { Dialler } from './dialler.js';
import type { ConnectOptions } from './target.js';

/** undici's options of a connection. */
export interface UndiciTarget {
  /** The name or address, without the port. */
  readonly hostname: string;
  /** The name with the port, which is not read. */
  readonly host?: string;
  /** `'http:'` or `'https:'`. */
  readonly protocol: string;
  /** The port; `''` for the usual one. */
  readonly port: string | number;
  /** The name that the certificate must be for; the host's when it is not given. */
  readonly servername?: string | null;
  /** The address of this end. */
  readonly localAddress?: string | null;
  /** The path of a Unix socket, in place of host and port. */
  readonly socketPath?: string | null;
  /** A connection through a proxy, on which TLS is to be put. */
  readonly httpSocket?: Socket;
}

/** Called once, with an error or a socket. */
export type UndiciCallback = (error: Error | null, socket: Socket | null) => void;

/** Connects for undici, as its option `connect`. */
export function connectUndici(dialler: Dialler, target: UndiciTarget, callback: UndiciCallback): Socket {
  const isSecured = target.protocol === 'https:';
  const options = optionsOf(target, isSecured);
  const socket =
    isSecured && target.httpSocket !== undefined
      ? dialler.secure(target.httpSocket, options)
      : dialler.connect(options, { isSecured });
  const event = isSecured ? 'secureConnect' : 'connect';
  const connected = (): void => {
    socket.removeListener('error', failed);
    callback(null, socket as unknown as Socket);
  };
  const failed = (error: Error): void => {
    socket.removeListener(event, connected);
    callback(error, null);
  };
  socket.once(event, connected).once('error', failed);
  return socket as unknown as Socket;
}

function optionsOf(
  { hostname, port, servername, localAddress, socketPath }: UndiciTarget,
  isSecured: boolean,
): ConnectOptions {
  const usualPort = isSecured ? 443 : 80;
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port) || usualPort,
    servername: servername ?? null,
    localAddress: localAddress ?? null,
    path: socketPath ?? null,
  };
}
