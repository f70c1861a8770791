import type { Socket } from 'node:net';
import type { Address, InetAddress, NotImplementedError, SocketLike } from '@bight/loop-abstract';
import { errnoOf, systemError } from '@bight/loop-abstract/system-error';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  IPPROTO_TCP,
  SO_ACCEPTCONN,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_TYPE,
  SOCK_STREAM,
  SOL_SOCKET,
  TCP_KEEPIDLE,
  TCP_NODELAY,
} from '../addresses/constants.js';
import { makeInetAddress } from '../addresses/inet-address.js';
import { splitScope } from '../addresses/scope.js';
import { notOnProactor } from '../errors/not-on-proactor.js';
import { handleOf } from './node-handle.js';

/** What is known of a socket beside what it says itself. */
export interface SocketFacts {
  /** Whether idle connections are probed. */
  keepAlive: boolean;
  /**
   * The paths of a Unix socket and of the one at the other end, `''` where there is none; Node does not ask for them.
   */
  unix: { name: string; peer: string } | null;
}

/** The view of one of Node's sockets: what Node knows of it, or what the system reports. */
export interface NodeSocketInfo extends SocketLike {
  /** Takes note that the socket is about to be closed. */
  forget?(): void;
}

/** What programs may know of, and do to, one of Node's connected sockets. */
export class NodeStreamSocket implements NodeSocketInfo {
  readonly family: number;
  readonly type: number = SOCK_STREAM;
  readonly proto: number;
  readonly #socket: Socket;
  readonly #name: Address;
  readonly #peer: Address | null;
  #noDelay = true;
  #keepAlive: boolean;

  /**
   * Sets the options that every connection has, and reads both addresses: once the connection is broken the system has
   * forgotten them.
   */
  constructor(socket: Socket, { keepAlive, unix }: SocketFacts) {
    this.#socket = socket;
    this.#keepAlive = keepAlive;
    socket.setNoDelay(true);
    if (keepAlive) socket.setKeepAlive(true);
    const { localAddress, localPort, remoteAddress, remotePort } = socket;
    if (localAddress === undefined || localPort === undefined) {
      this.family = AF_UNIX;
      this.proto = 0;
      this.#name = unix?.name ?? '';
      this.#peer = unix?.peer ?? '';
    } else {
      this.family = localAddress.includes(':') ? AF_INET6 : AF_INET;
      this.proto = IPPROTO_TCP;
      this.#name = nodeAddress(localAddress, localPort);
      const isConnected = remoteAddress !== undefined && remotePort !== undefined;
      this.#peer = isConnected ? nodeAddress(remoteAddress, remotePort) : null;
    }
  }

  fileno(): number {
    return handleOf(this.#socket)?.fd ?? -1;
  }

  getsockname<A extends Address = InetAddress>(): A {
    return this.#name as A;
  }

  getpeername<A extends Address = InetAddress>(): A {
    if (this.#peer === null) throw systemError(errnoOf('ENOTCONN'), 'getpeername');
    return this.#peer as A;
  }

  getsockopt(level: number, option: number): number {
    if (level === IPPROTO_TCP && option === TCP_NODELAY && this.proto === IPPROTO_TCP)
      return Number(this.#noDelay);
    if (level === SOL_SOCKET) {
      if (option === SO_KEEPALIVE) return Number(this.#keepAlive);
      if (option === SO_TYPE) return SOCK_STREAM;
      if (option === SO_ERROR || option === SO_ACCEPTCONN) return 0;
    }
    throw unsupportedOption('getsockopt', level, option);
  }

  setsockopt(level: number, option: number, value: number | boolean): void {
    const isOn = Boolean(value);
    if (level === IPPROTO_TCP && option === TCP_NODELAY && this.proto === IPPROTO_TCP) {
      this.#socket.setNoDelay(isOn);
      this.#noDelay = isOn;
    } else if (level === SOL_SOCKET && option === SO_KEEPALIVE) {
      this.#socket.setKeepAlive(isOn);
      this.#keepAlive = isOn;
    } else if (level === IPPROTO_TCP && option === TCP_KEEPIDLE && this.proto === IPPROTO_TCP) {
      // Node sets it only together with the option that it belongs to.
      if (this.#keepAlive) this.#socket.setKeepAlive(true, Number(value) * 1000);
    } else {
      throw unsupportedOption('setsockopt', level, option);
    }
  }
}

/** The error for the options that Node has no access to. */
export function unsupportedOption(method: string, level: number, option: number): NotImplementedError {
  return notOnProactor(`${method}(${level}, ${option}) is`);
}

/** Our form of an address that Node gave. */
export function nodeAddress(address: string, port: number): InetAddress {
  const { address: host, scopeId } = splitScope(address);
  return makeInetAddress(host, port, 0, scopeId);
}
