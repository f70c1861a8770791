import type { Socket as DatagramSocket } from 'node:dgram';
import type { Server as ListeningSocket, Socket as StreamSocket } from 'node:net';
import type { Address, InetAddress } from './address.js';
import type { HasFileno } from './file.js';

/**
 * The view of a socket that belongs to a transport or a server: `getExtraInfo('socket')`, `server.sockets[i]`. It has
 * no methods that send or receive: the bytes belong to the transport or the server.
 *
 * @python asyncio.trsock.TransportSocket
 */
export interface SocketLike extends HasFileno {
  /** `AF_INET`, `AF_INET6` or `AF_UNIX`, the system's number. */
  readonly family: number;
  /** `SOCK_STREAM` or `SOCK_DGRAM`, the system's number. */
  readonly type: number;
  /** The protocol's number, often 0. */
  readonly proto: number;

  /**
   * The socket's own address.
   *
   * @typeParam A - what the caller knows the address to be: a `string` for a Unix socket, an `InetAddress` otherwise
   */
  getsockname<A extends Address = InetAddress>(): A;

  /**
   * The address of the other end. Throws the system's error (`code === 'ENOTCONN'`) where there is none.
   *
   * @typeParam A - what the caller knows the address to be: a `string` for a Unix socket, an `InetAddress` otherwise
   */
  getpeername<A extends Address = InetAddress>(): A;

  /** A socket option that is an integer, such as `getsockopt(SOL_SOCKET, SO_REUSEPORT)`. */
  getsockopt(level: number, option: number): number;

  /** Sets a socket option that is an integer. */
  setsockopt(level: number, option: number, value: number | boolean): void;
}

/** A connected stream socket for the `sock` option: one of `@bight/sockets`, or of `node:net`. */
export type StreamSocketSource = SocketLike | StreamSocket;

/** A bound stream socket for a server's `sock` option: one of `@bight/sockets`, or a server of `node:net`. */
export type ServerSocketSource = SocketLike | ListeningSocket;

/** A datagram socket for the `sock` option: one of `@bight/sockets`, or of `node:dgram`. */
export type DatagramSocketSource = SocketLike | DatagramSocket;
