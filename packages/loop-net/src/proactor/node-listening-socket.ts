import type { Address, InetAddress, SocketLike } from '@bight/loop-abstract';
import { errnoOf, systemError } from '@bight/loop-abstract/system-error';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  IPPROTO_TCP,
  SO_ACCEPTCONN,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_TYPE,
  SOCK_STREAM,
  SOL_SOCKET,
} from '../addresses/constants.js';
import { unsupportedOption } from '../node/node-stream-socket.js';

/** What is known of a bound socket. */
export interface ListeningFacts {
  readonly name: Address;
  readonly keepAlive: boolean;
  readonly reusePort: boolean;
  /** Asks for the descriptor, -1 once it is closed. */
  readonly fileno: () => number;
  readonly isListening: () => boolean;
}

/** What programs may know of a listening socket that Node owns. */
export class NodeListeningSocket implements SocketLike {
  readonly family: number;
  readonly type: number = SOCK_STREAM;
  readonly proto: number;
  readonly #facts: ListeningFacts;

  constructor(facts: ListeningFacts) {
    this.#facts = facts;
    const isUnix = typeof facts.name === 'string';
    this.proto = isUnix ? 0 : IPPROTO_TCP;
    this.family = isUnix ? AF_UNIX : (facts.name as InetAddress).host.includes(':') ? AF_INET6 : AF_INET;
  }

  fileno(): number {
    return this.#facts.fileno();
  }

  getsockname<A extends Address = InetAddress>(): A {
    return this.#facts.name as A;
  }

  getpeername(): never {
    throw systemError(errnoOf('ENOTCONN'), 'getpeername');
  }

  getsockopt(level: number, option: number): number {
    const value = level === SOL_SOCKET ? this.#option(option) : undefined;
    if (value === undefined) throw unsupportedOption('getsockopt', level, option);
    return Number(value);
  }

  #option(option: number): number | boolean | undefined {
    switch (option) {
      case SO_TYPE:
        return SOCK_STREAM;
      case SO_ERROR:
        return 0;
      case SO_ACCEPTCONN:
        return this.#facts.isListening();
      case SO_KEEPALIVE:
        return this.#facts.keepAlive;
      case SO_REUSEPORT:
        return this.#facts.reusePort;
      case SO_REUSEADDR:
        // libuv sets it on every TCP socket that it binds, except on Windows, where it means something else.
        return this.family !== AF_UNIX && process.platform !== 'win32';
      default:
        return undefined;
    }
  }

  setsockopt(level: number, option: number): never {
    throw unsupportedOption('setsockopt', level, option);
  }
}
