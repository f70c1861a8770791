import type { Socket } from 'node:dgram';
import { nodeInternals } from '@bight/contextvars/low-level';
import type { Address, InetAddress, SocketLike } from '@bight/loop-abstract';
import { errnoOf, systemError } from '@bight/loop-abstract/system-error';
import {
  AF_INET,
  AF_INET6,
  IPPROTO_UDP,
  SO_BROADCAST,
  SO_ERROR,
  SO_RCVBUF,
  SO_SNDBUF,
  SO_TYPE,
  SOCK_DGRAM,
  SOL_SOCKET,
} from '../addresses/constants.js';
import { nodeAddress, unsupportedOption } from './node-stream-socket.js';

/** What programs may know of, and do to, one of Node's datagram sockets. */
export class NodeDatagramSocket implements SocketLike {
  readonly family: number;
  readonly type: number = SOCK_DGRAM;
  readonly proto: number = IPPROTO_UDP;
  readonly #socket: Socket;
  readonly #name: InetAddress;
  readonly #peer: InetAddress | null;
  #isBroadcast: boolean;

  constructor(socket: Socket, isBroadcast: boolean) {
    this.#socket = socket;
    this.#isBroadcast = isBroadcast;
    const { address, port } = socket.address();
    this.#name = nodeAddress(address, port);
    this.#peer = remoteAddress(socket);
    this.family = address.includes(':') ? AF_INET6 : AF_INET;
  }

  fileno(): number {
    return datagramDescriptor(this.#socket);
  }

  getsockname<A extends Address = InetAddress>(): A {
    return this.#name as Address as A;
  }

  get peer(): InetAddress | null {
    return this.#peer;
  }

  getpeername<A extends Address = InetAddress>(): A {
    if (this.#peer === null) throw systemError(errnoOf('ENOTCONN'), 'getpeername');
    return this.#peer as Address as A;
  }

  getsockopt(level: number, option: number): number {
    if (level === SOL_SOCKET) {
      if (option === SO_TYPE) return SOCK_DGRAM;
      if (option === SO_ERROR) return 0;
      if (option === SO_BROADCAST) return Number(this.#isBroadcast);
      if (option === SO_RCVBUF) return this.#socket.getRecvBufferSize();
      if (option === SO_SNDBUF) return this.#socket.getSendBufferSize();
    }
    throw unsupportedOption('getsockopt', level, option);
  }

  setsockopt(level: number, option: number, value: number | boolean): void {
    if (level === SOL_SOCKET && option === SO_BROADCAST) {
      this.#isBroadcast = Boolean(value);
      this.#socket.setBroadcast(this.#isBroadcast);
    } else if (level === SOL_SOCKET && option === SO_RCVBUF) {
      this.#socket.setRecvBufferSize(Number(value));
    } else if (level === SOL_SOCKET && option === SO_SNDBUF) {
      this.#socket.setSendBufferSize(Number(value));
    } else {
      throw unsupportedOption('setsockopt', level, option);
    }
  }
}

function remoteAddress(socket: Socket): InetAddress | null {
  try {
    const { address, port } = socket.remoteAddress();
    return nodeAddress(address, port);
  } catch (error) {
    // Node reports that there is none, the system that the call failed.
    if ((error as NodeJS.ErrnoException).syscall !== undefined) throw error;
    return null;
  }
}

/** The descriptor is in a handle that Node keeps behind a symbol. */
export function datagramDescriptor(socket: Socket): number {
  if (!nodeInternals()) return -1;
  for (const symbol of Object.getOwnPropertySymbols(socket)) {
    if (symbol.description !== 'state symbol') continue;
    const state = Reflect.get(socket, symbol) as { handle?: { fd?: number } | null } | undefined;
    return state?.handle?.fd ?? -1;
  }
  return -1;
}
