import { Socket, type SocketConstructorOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

/** What a socket over a transport takes from Node's class, whose other properties it has itself. */
export interface SocketBase extends Duplex {
  connecting: boolean;
  allowHalfOpen: boolean;
}

/** A class that makes sockets without a handle. */
export type SocketBaseClass = new (options?: SocketConstructorOpts) => SocketBase;

/** Node's class of sockets. */
export function plainBase(): SocketBaseClass {
  return Socket as unknown as SocketBaseClass;
}

/**
 * Node's class of TLS sockets. It makes `instanceof tls.TLSSocket` true without Node's constructor, which begins a
 * handshake: the object is one that `net.Socket` makes.
 */
export function securedBase(): SocketBaseClass {
  function SecuredSocket(options?: SocketConstructorOpts): SocketBase {
    return Reflect.construct(Socket, [options], new.target as unknown as NewableFunction) as SocketBase;
  }
  SecuredSocket.prototype = TLSSocket.prototype;
  return SecuredSocket as unknown as SocketBaseClass;
}
