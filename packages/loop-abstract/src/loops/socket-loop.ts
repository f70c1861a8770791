import type { Buffer } from 'node:buffer';
import type { Address, InetAddress } from '../address.js';
import type { FileSource } from '../file.js';
import type { AbstractFuture } from '../future.js';
import type { SocketLike } from '../socket-like.js';
import type { SendfileOptions } from './net-options.js';

/**
 * Works with non-blocking sockets directly. A future of these methods can be cancelled, and the call made again at
 * once, without loss.
 *
 * The reference's section "Working with socket objects directly". It needs the `Socket` class of `@bight/sockets` and a
 * `SelectorEventLoop`. In debug mode a blocking socket is a `ValueError`.
 */
export interface SocketLoop {
  /**
   * Receives up to `nbytes` bytes; none mean that the other end has closed.
   *
   * @python loop.sock_recv()
   */
  sockRecv(sock: SocketLike, nbytes: number): AbstractFuture<Buffer>;

  /**
   * Receives into a buffer.
   *
   * @returns how many bytes were received; 0 means that the other end has closed
   * @python loop.sock_recv_into()
   */
  sockRecvInto(sock: SocketLike, buf: ArrayBufferView): AbstractFuture<number>;

  /**
   * Receives a datagram of up to `bufsize` bytes.
   *
   * @typeParam A - what the caller knows addresses of this socket to be: a `string` for Unix, an `InetAddress`
   *   otherwise
   * @returns `[data, address]`
   * @python loop.sock_recvfrom()
   */
  sockRecvfrom<A extends Address = InetAddress>(
    sock: SocketLike,
    bufsize: number,
  ): AbstractFuture<[data: Buffer, address: A]>;

  /**
   * Receives a datagram into a buffer.
   *
   * @typeParam A - what the caller knows addresses of this socket to be: a `string` for Unix, an `InetAddress`
   *   otherwise
   * @param sock - the socket
   * @param buf - where to put the datagram
   * @param options - `nbytes`: how many bytes of `buf` may be used; all when it is 0 or not given
   * @returns `[nbytes, address]`
   * @python loop.sock_recvfrom_into()
   */
  sockRecvfromInto<A extends Address = InetAddress>(
    sock: SocketLike,
    buf: ArrayBufferView,
    options?: { nbytes?: number | undefined } | null,
  ): AbstractFuture<[nbytes: number, address: A]>;

  /**
   * Sends all of `data`. When it fails, how much was sent is unknown.
   *
   * @python loop.sock_sendall()
   */
  sockSendall(sock: SocketLike, data: ArrayBufferView): AbstractFuture<void>;

  /**
   * Sends a datagram.
   *
   * @returns how many bytes were sent
   * @python loop.sock_sendto()
   */
  sockSendto(sock: SocketLike, data: ArrayBufferView, address: Address): AbstractFuture<number>;

  /**
   * Connects; a host name is looked up.
   *
   * @python loop.sock_connect()
   */
  sockConnect(sock: SocketLike, address: Address): AbstractFuture<void>;

  /**
   * Accepts a connection.
   *
   * @typeParam S - the class of the socket
   * @typeParam A - what the caller knows addresses of this socket to be: a `string` for Unix, an `InetAddress`
   *   otherwise
   * @param sock - a socket that listens
   * @returns `[conn, address]`: a new non-blocking socket, and the address of its other end
   * @python loop.sock_accept()
   */
  sockAccept<S extends SocketLike, A extends Address = InetAddress>(
    sock: S,
  ): AbstractFuture<[conn: S, address: A]>;

  /**
   * Sends a file, with the system call of that name where possible. The file's position moves by what was sent, also
   * when it fails.
   *
   * @param sock - a connected stream socket
   * @param file - a regular file: its descriptor or `FileHandle`
   * @param options - `offset`, `count` (both in bytes), `fallback`
   * @returns how many bytes were sent
   * @throws {SendfileNotAvailableError} when the system call cannot be used and `fallback` is `false`
   * @python loop.sock_sendfile()
   */
  sockSendfile(sock: SocketLike, file: FileSource, options?: SendfileOptions | null): AbstractFuture<number>;
}
