import type { Address, InetAddress, SocketLike } from '@bight/loop-abstract';
import { AF_INET, AF_INET6, AF_UNIX, IPPROTO_TCP, IPPROTO_UDP, SOCK_DGRAM } from '@bight/loop-net/constants';
import { osError } from '../errors/os-errors.js';

/** A socket that no operating system knows. Its options are remembered and mean nothing. */
export class SimulatedSocket implements SocketLike {
  readonly family: number;
  readonly type: number;
  readonly proto: number;
  readonly #name: Address;
  readonly #peer: Address | null;
  readonly #options = new Map<string, number>();

  constructor(type: number, name: Address, peer: Address | null) {
    this.type = type;
    this.family = familyOf(name);
    this.proto = this.family === AF_UNIX ? 0 : type === SOCK_DGRAM ? IPPROTO_UDP : IPPROTO_TCP;
    this.#name = name;
    this.#peer = peer;
  }

  /** There is no descriptor: -1. */
  fileno(): number {
    return -1;
  }

  getsockname<A extends Address = InetAddress>(): A {
    return this.#name as A;
  }

  getpeername<A extends Address = InetAddress>(): A {
    if (this.#peer === null) throw osError('ENOTCONN', 'getpeername');
    return this.#peer as A;
  }

  /** What was set before, or 0. */
  getsockopt(level: number, option: number): number {
    return this.#options.get(`${level} ${option}`) ?? 0;
  }

  setsockopt(level: number, option: number, value: number | boolean): void {
    this.#options.set(`${level} ${option}`, Number(value));
  }
}

function familyOf(name: Address): number {
  if (typeof name === 'string') return AF_UNIX;
  return name.host.includes(':') ? AF_INET6 : AF_INET;
}
