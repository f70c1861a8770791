import type { Address, InetAddress, SocketLike } from '@bight/loop-abstract';
import { checkInteger, checkOptions } from '@bight/loop-abstract/validate';
import { incoming } from '../addresses/address.js';
import { native } from '../binding/load.js';
import { check } from '../binding/system-error.js';
import { optionBytes, readOption } from '../sockets/socket-option.js';

/** What is known of a socket without asking the system; what is `null` is asked for. */
export interface SocketFacts {
  /** `AF_INET`, `AF_INET6`, `AF_UNIX`. */
  readonly family: number;
  /** `SOCK_STREAM`, `SOCK_DGRAM`. */
  readonly type: number;
  /** The protocol's number. */
  readonly proto: number;
  /** The socket's own address. */
  readonly name: Address | null;
  /** The address of the other end. */
  readonly peer: Address | null;
}

const INT32 = { min: -0x80000000, max: 0x7fffffff };

/**
 * What code may read of, and set on, a socket whose descriptor has another owner, such as a transport: nothing
 * that would take bytes from it or close it.
 *
 * @python asyncio.trsock.TransportSocket
 */
export class SocketView implements SocketLike {
  readonly family: number;
  readonly type: number;
  readonly proto: number;
  #fd: number;
  #name: Address | null;
  #peer: Address | null;

  constructor(fd: number, { family, type, proto, name, peer }: SocketFacts) {
    this.#fd = fd;
    this.family = family;
    this.type = type;
    this.proto = proto;
    this.#name = name;
    this.#peer = peer;
  }

  /** The descriptor; -1 once it is closed. */
  fileno(): number {
    return this.#fd;
  }

  /** The socket's own address, also after it was closed. */
  getsockname<A extends Address = InetAddress>(): A {
    if (this.#name === null) {
      check(native().getsockname(this.#fd, incoming.bytes), 'getsockname');
      this.#name = incoming.read();
    }
    return this.#name as A;
  }

  /** The address of the other end, also after the socket was closed; `code === 'ENOTCONN'` when there is none. */
  getpeername<A extends Address = InetAddress>(): A {
    if (this.#peer === null) {
      check(native().getpeername(this.#fd, incoming.bytes), 'getpeername');
      this.#peer = incoming.read();
    }
    return this.#peer as A;
  }

  /** A socket option that is an integer. */
  getsockopt(level: number, option: number): number;
  /** A socket option that is a structure or text, of at most `buflen` bytes. */
  getsockopt(level: number, option: number, options: { buflen: number }): Buffer;
  getsockopt(level: number, option: number, options?: { buflen?: number } | null): number | Buffer {
    return readOption(this.#fd, level, option, checkOptions(options, ['buflen']).buflen);
  }

  /** Sets a socket option: to an integer or a boolean, or to bytes for one that is a structure or text. */
  setsockopt(level: number, option: number, value: number | boolean | ArrayBufferView): void {
    const [of, name] = [checkInteger(level, 'level', INT32), checkInteger(option, 'option', INT32)];
    check(native().setOption(this.#fd, of, name, optionBytes(value)), 'setsockopt');
  }

  /** Notes that the descriptor is about to be closed or given away. */
  forget(): void {
    if (this.#fd < 0) return;
    try {
      this.getsockname();
    } catch {
      // The address stays unknown.
    }
    this.#fd = -1;
  }
}
