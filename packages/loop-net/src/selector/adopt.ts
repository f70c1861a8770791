import dgram from 'node:dgram';
import net from 'node:net';
import { type Address, ValueError } from '@bight/loop-abstract';
import { describeValue, typeError } from '@bight/loop-abstract/validate';
import { Socket } from '@bight/sockets';
import { duplicateDescriptor } from '@bight/sockets/low-level';
import { SOCK_DGRAM, SOCK_STREAM } from '../addresses/constants.js';
import { closeKeepingFile } from '../node/keep-file.js';
import { datagramDescriptor } from '../node/node-datagram-socket.js';
import { handleOf } from '../node/node-handle.js';

/** A socket that the caller made, as one of ours, and what has come through it already. */
export interface Adopted {
  readonly socket: Socket;
  readonly received: Buffer | null;
}

/**
 * Takes over a connected stream socket.
 *
 * @throws {TypeError | ValueError} when it is none
 */
export function adoptStreamSocket(sock: unknown): Adopted {
  if (sock instanceof net.Socket) return takeFromNode(sock);
  if (!(sock instanceof Socket))
    throw typeError('sock', 'a connected socket of @bight/sockets or node:net', sock);
  checkType(sock, SOCK_STREAM, 'Stream');
  sock.getpeername<Address>();
  sock.setblocking(false);
  return { socket: sock, received: null };
}

/** Node closes what it has opened; so there is a second descriptor for what goes on. */
function takeFromNode(from: net.Socket): Adopted {
  if (from.destroyed || from.pending) {
    const problem = from.destroyed ? 'closed' : 'not connected';
    throw new ValueError(`sock must be a connected socket, not one that is ${problem}`);
  }
  from.pause();
  const socket = duplicate(handleOf(from)?.fd, from);
  const received = from.read() as Buffer | null;
  from.on('error', () => {});
  from.destroy();
  return { socket, received };
}

/**
 * Takes over a bound stream socket.
 *
 * @throws {TypeError | ValueError} when it is none
 */
export function adoptBoundSocket(sock: unknown): Socket {
  if (sock instanceof net.Server) {
    const address = sock.address();
    if (address === null) throw new ValueError('sock must be a server that listens');
    const socket = duplicate(handleOf(sock)?.fd, sock);
    if (typeof address === 'string') closeKeepingFile(address, () => sock.close());
    else sock.close();
    return socket;
  }
  if (!(sock instanceof Socket))
    throw typeError('sock', 'a socket of @bight/sockets, or a listening net.Server', sock);
  checkType(sock, SOCK_STREAM, 'Stream');
  sock.getsockname<Address>();
  sock.setblocking(false);
  return sock;
}

/**
 * Takes over a datagram socket.
 *
 * @param adopted - called once, at once or from a callback of the host: with an error, or with the socket
 * @throws {TypeError | ValueError} when it is none
 */
export function adoptDatagramSocket(
  sock: unknown,
  adopted: (error: Error | null, socket: Socket | null) => void,
): void {
  if (sock instanceof dgram.Socket) {
    takeDatagramsFromNode(sock, adopted);
    return;
  }
  if (!(sock instanceof Socket)) throw typeError('sock', 'a socket of @bight/sockets or node:dgram', sock);
  checkType(sock, SOCK_DGRAM, 'UDP');
  sock.getsockname<Address>();
  sock.setblocking(false);
  adopted(null, sock);
}

/** Node makes no descriptor before the socket is bound. */
function takeDatagramsFromNode(
  from: dgram.Socket,
  adopted: (error: Error | null, socket: Socket | null) => void,
): void {
  const take = (): void => {
    const socket = duplicate(datagramDescriptor(from), from);
    from.close();
    adopted(null, socket);
  };
  if (datagramDescriptor(from) >= 0) {
    take();
    return;
  }
  from.once('error', (error) => adopted(error, null));
  from.bind(0, take);
}

function duplicate(fd: number | undefined, of: unknown): Socket {
  if (fd === undefined || fd < 0) throw new ValueError(`sock has no descriptor: ${describeValue(of)}`);
  return new Socket({ fileno: duplicateDescriptor(fd) });
}

function checkType(sock: Socket, type: number, name: string): void {
  if (sock.type !== type) throw new ValueError(`A ${name} Socket was expected, got ${describeValue(sock)}`);
}
