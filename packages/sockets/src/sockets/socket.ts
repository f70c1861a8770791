/// <reference lib="esnext.disposable" preserve="true" />
import type { Address, InetAddress, SocketLike } from '@bight/loop-abstract';
import { checkBytes, checkInteger, checkOptions, typeError } from '@bight/loop-abstract/validate';
import { addressDetails, encodeAddress, incoming } from '../addresses/address.js';
import {
  AF_INET,
  MSG_WAITALL,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SOCK_STREAM,
  SOMAXCONN,
} from '../binding/constants.js';
import { native } from '../binding/load.js';
import { check, systemError } from '../binding/system-error.js';
import { optionBytes, readOption } from './socket-option.js';
import {
  closeOwned,
  type DescriptorListener,
  endOwnership,
  giveAway,
  type OwnedDescriptor,
  ownDescriptor,
} from './unclosed.js';

/** What a socket is made from. */
export interface SocketOptions {
  /** `AF_INET` (the default), `AF_INET6` or `AF_UNIX`. */
  family?: number | null | undefined;
  /** `SOCK_STREAM` (the default) or `SOCK_DGRAM`. */
  type?: number | null | undefined;
  /** The protocol's number; 0, the default, means the usual one of the type. */
  proto?: number | null | undefined;
  /** A descriptor of an existing socket, which the new object takes over; the other options are then read from it. */
  fileno?: number | null | undefined;
}

/** `MSG_…` bits of one transfer. */
export interface TransferOptions {
  /** `MSG_…` bits, 0 when not given. */
  flags?: number | null | undefined;
}

/** What the receiving methods take that fill a buffer. */
export interface ReceiveIntoOptions extends TransferOptions {
  /** How many bytes of the buffer may be used; all when it is 0 or not given. */
  nbytes?: number | null | undefined;
}

/** A stream gives what there is, however much was asked for: no need for a larger buffer than this. */
const LARGEST_STREAM_RECEIVE = 1 << 20;
const LARGEST_RECEIVE = 0x7fffffff;
const SMALL_RECEIVE = 1 << 16;
const scratch = Buffer.allocUnsafeSlow(SMALL_RECEIVE);

/** Whether a value is a `Socket`, or of a class that extends it. */
export let isSocket: (value: unknown) => value is Socket;

/** Calls a listener, once, before a socket's descriptor is closed or given away. */
export let listenForLoss: (socket: Socket, listener: DescriptorListener) => void;

/**
 * Takes a socket's descriptor away from it, as `detach()` does, but leaves it to be closed with the thread: a thread
 * may be terminated at any moment, and between giving up and owning again the descriptor would be left open.
 */
export let takeDescriptor: (socket: Socket) => number;

/**
 * A socket of the operating system.
 *
 * It is non-blocking from the start, and so are the sockets that it accepts: a call that would have to wait throws an
 * error with `code === 'EAGAIN'` (`connect()`: `'EINPROGRESS'`). `setblocking(true)` makes the calls wait instead, and
 * with them the whole thread. Errors of the system have Node's form: `code`, `errno`, `syscall`, `address`, `port`.
 *
 * Close it, or let `using` do so: one that is collected while open is closed with a `ResourceWarning`, as in Python.
 *
 * @python socket.socket
 */
export class Socket implements SocketLike, Disposable {
  /** `AF_INET`, `AF_INET6`, `AF_UNIX`. */
  readonly family: number;
  /** `SOCK_STREAM`, `SOCK_DGRAM`. */
  readonly type: number;
  /** The protocol's number, often 0. */
  readonly proto: number;
  readonly #owned: OwnedDescriptor;

  static {
    isSocket = (value): value is Socket => #owned in Object(value);
    listenForLoss = (socket, listener) => {
      const owned: OwnedDescriptor = socket.#owned;
      owned.listeners ??= new Set();
      owned.listeners.add(listener);
    };
    takeDescriptor = (socket) => endOwnership(socket.#owned);
  }

  /**
   * @param options - `family` (default `AF_INET`), `type` (default `SOCK_STREAM`), `proto` (default 0); or `fileno`,
   *   the descriptor of a socket that is to belong to this object
   * @throws {NotImplementedError} where the addon is not available
   * @python socket.socket()
   */
  constructor(options?: SocketOptions | null) {
    const { family, type, proto, fileno } = checkOptions(options, ['family', 'type', 'proto', 'fileno']);
    const { socket, setNonBlocking } = native();
    if (fileno !== undefined && fileno !== null) {
      const fd = checkInteger(fileno, 'fileno', { min: 0, max: 0x7fffffff });
      const isGiven = [family, type, proto].every((value) => value !== undefined && value !== null);
      const found = isGiven ? UNKNOWN : describe(fd);
      this.family = optionalInteger(family, 'family', found.family);
      this.type = optionalInteger(type, 'type', found.type);
      this.proto = optionalInteger(proto, 'proto', found.proto);
      check(setNonBlocking(fd, 1), 'fcntl');
      this.#owned = ownDescriptor(this, fd);
      return;
    }
    this.family = optionalInteger(family, 'family', AF_INET);
    this.type = optionalInteger(type, 'type', SOCK_STREAM);
    this.proto = optionalInteger(proto, 'proto', 0);
    this.#owned = ownDescriptor(this, check(socket(this.family, this.type, this.proto), 'socket'));
  }

  /**
   * The descriptor; -1 when the socket is closed or was detached.
   *
   * @python socket.fileno()
   */
  fileno(): number {
    return this.#owned.fd;
  }

  /**
   * Gives the socket an address of its own.
   *
   * @param address - `{ host, port }`, where `host` `''` means all interfaces and a name is looked up, blocking the
   *   thread; for a Unix socket the path, or `'\0name'` on Linux
   * @python socket.bind()
   */
  bind(address: Address): void {
    check(native().bind(this.#fd, encodeAddress(this.family, address)), 'bind', addressDetails(address));
  }

  /**
   * Lets peers connect.
   *
   * @param options - `backlog`: how many connections may wait to be accepted, by default 128 or `SOMAXCONN` if that is
   *   less
   * @python socket.listen()
   */
  listen(options?: { backlog?: number | null | undefined } | null): void {
    const backlog = checkOptions(options, ['backlog']).backlog ?? Math.min(SOMAXCONN, 128);
    check(native().listen(this.#fd, Math.max(0, checkInteger(backlog, 'backlog', INT32))), 'listen');
  }

  /**
   * Accepts a connection.
   *
   * @typeParam A - what the caller knows addresses of this socket to be: a `string` for Unix, an `InetAddress`
   *   otherwise
   * @returns `[conn, address]`: a new socket, and the address of its other end
   * @python socket.accept()
   */
  accept<A extends Address = InetAddress>(): [conn: Socket, address: A] {
    const fd = check(native().accept(this.#fd, incoming.bytes), 'accept');
    const address = incoming.read() as A;
    return [new Socket({ family: this.family, type: this.type, proto: this.proto, fileno: fd }), address];
  }

  /**
   * Connects; unless the socket is blocking, `code === 'EINPROGRESS'` says that it has begun to, and the socket becomes
   * writable when it has ended, with `getsockopt(SOL_SOCKET, SO_ERROR)` for the outcome. For datagrams it fixes the
   * other end.
   *
   * @param address - as for `bind()`
   * @python socket.connect()
   */
  connect(address: Address): void {
    check(
      native().connect(this.#fd, encodeAddress(this.family, address)),
      'connect',
      addressDetails(address),
    );
  }

  /**
   * Receives.
   *
   * @param bufsize - how many bytes at most; of a datagram the rest is lost
   * @returns the bytes; none when the other end has closed
   * @python socket.recv()
   */
  recv(bufsize: number, options?: TransferOptions | null): Buffer {
    const flags = flagsOf(options);
    const size = this.#receiveSize(bufsize, flags);
    const target = size <= SMALL_RECEIVE ? scratch : Buffer.allocUnsafeSlow(size);
    const count = check(native().receive(this.#fd, target, 0, size, flags), 'recv');
    return part(target, Math.min(count, size));
  }

  /**
   * Receives into a buffer.
   *
   * @param buffer - where to put the bytes
   * @returns how many came; 0 when the other end has closed
   * @python socket.recv_into()
   */
  recvInto(buffer: ArrayBufferView, options?: ReceiveIntoOptions | null): number {
    const { view, size } = intoOf(buffer, options);
    return check(native().receive(this.#fd, view, 0, size, flagsOf(options, INTO)), 'recv');
  }

  /**
   * Receives a datagram, with the address of its sender.
   *
   * @typeParam A - what the caller knows addresses of this socket to be: a `string` for Unix, an `InetAddress`
   *   otherwise
   * @returns `[data, address]`
   * @python socket.recvfrom()
   */
  recvfrom<A extends Address = InetAddress>(
    bufsize: number,
    options?: TransferOptions | null,
  ): [data: Buffer, address: A] {
    const flags = flagsOf(options);
    const size = this.#receiveSize(bufsize, flags);
    const target = size <= SMALL_RECEIVE ? scratch : Buffer.allocUnsafeSlow(size);
    const count = check(native().receiveFrom(this.#fd, target, 0, size, flags, incoming.bytes), 'recvfrom');
    return [part(target, Math.min(count, size)), incoming.read() as A];
  }

  /**
   * Receives a datagram into a buffer, with the address of its sender.
   *
   * @typeParam A - what the caller knows addresses of this socket to be: a `string` for Unix, an `InetAddress`
   *   otherwise
   * @returns `[nbytes, address]`
   * @python socket.recvfrom_into()
   */
  recvfromInto<A extends Address = InetAddress>(
    buffer: ArrayBufferView,
    options?: ReceiveIntoOptions | null,
  ): [nbytes: number, address: A] {
    const { view, size } = intoOf(buffer, options);
    const result = native().receiveFrom(this.#fd, view, 0, size, flagsOf(options, INTO), incoming.bytes);
    return [check(result, 'recvfrom'), incoming.read() as A];
  }

  /**
   * Sends.
   *
   * @returns how many of the bytes were sent, which may be fewer than there are
   * @python socket.send()
   */
  send(data: ArrayBufferView, options?: TransferOptions | null): number {
    const bytes = checkBytes(data);
    return check(native().send(this.#fd, bytes, 0, bytes.byteLength, flagsOf(options)), 'send');
  }

  /**
   * Sends everything, by as many calls as it takes. When it fails, the error has `bytesSent`; with a non-blocking
   * socket it fails (`'EAGAIN'`) as soon as the system's buffer is full.
   *
   * @python socket.sendall()
   */
  sendall(data: ArrayBufferView, options?: TransferOptions | null): void {
    const bytes = checkBytes(data);
    const flags = flagsOf(options);
    const { send } = native();
    let sent = 0;
    do {
      const result = send(this.#fd, bytes, sent, bytes.byteLength - sent, flags);
      if (result < 0) throw systemError(result, 'send', { bytesSent: sent });
      sent += result;
    } while (sent < bytes.byteLength);
  }

  /**
   * Sends a datagram.
   *
   * @param data - the datagram, which may be empty
   * @param address - where to, as for `bind()`
   * @returns how many bytes were sent
   * @python socket.sendto()
   */
  sendto(data: ArrayBufferView, address: Address, options?: TransferOptions | null): number {
    const bytes = checkBytes(data);
    const target = encodeAddress(this.family, address);
    const result = native().sendTo(this.#fd, bytes, 0, bytes.byteLength, flagsOf(options), target);
    return check(result, 'sendto', result < 0 ? addressDetails(address) : undefined);
  }

  /**
   * Ends one direction of the connection, or both.
   *
   * @param how - `SHUT_RD`, `SHUT_WR` or `SHUT_RDWR`
   * @python socket.shutdown()
   */
  shutdown(how: number): void {
    if (typeof how !== 'number' || ![SHUT_RD, SHUT_WR, SHUT_RDWR].includes(how)) {
      throw typeError('how', 'SHUT_RD, SHUT_WR or SHUT_RDWR', how);
    }
    check(native().shutdown(this.#fd, how), 'shutdown');
  }

  /**
   * Closes the socket; again does nothing.
   *
   * @python socket.close()
   */
  close(): void {
    closeOwned(this.#owned);
  }

  /** Leaves a `using` block: `close()`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * Closes this object and not the socket.
   *
   * @returns the descriptor, which now belongs to the caller; -1 when the socket is closed
   * @python socket.detach()
   */
  detach(): number {
    return giveAway(this.#owned);
  }

  /**
   * The socket's own address.
   *
   * @typeParam A - what the caller knows addresses of this socket to be: a `string` for Unix, an `InetAddress`
   *   otherwise
   * @python socket.getsockname()
   */
  getsockname<A extends Address = InetAddress>(): A {
    check(native().getsockname(this.#fd, incoming.bytes), 'getsockname');
    return incoming.read() as A;
  }

  /**
   * The address of the other end; `code === 'ENOTCONN'` when there is none.
   *
   * @typeParam A - what the caller knows addresses of this socket to be: a `string` for Unix, an `InetAddress`
   *   otherwise
   * @python socket.getpeername()
   */
  getpeername<A extends Address = InetAddress>(): A {
    check(native().getpeername(this.#fd, incoming.bytes), 'getpeername');
    return incoming.read() as A;
  }

  /**
   * A socket option that is an integer.
   *
   * @param level - `SOL_SOCKET`, `IPPROTO_TCP`, …
   * @param option - `SO_REUSEADDR`, `TCP_NODELAY`, …
   * @python socket.getsockopt()
   */
  getsockopt(level: number, option: number): number;
  /**
   * A socket option that is a structure or text.
   *
   * @param options - `buflen`: how long it may be, 1 to 1024 bytes
   * @python socket.getsockopt()
   */
  getsockopt(level: number, option: number, options: { buflen: number }): Buffer;
  getsockopt(level: number, option: number, options?: { buflen?: number } | null): number | Buffer {
    return readOption(this.#fd, level, option, checkOptions(options, ['buflen']).buflen);
  }

  /**
   * Sets a socket option.
   *
   * @param level - `SOL_SOCKET`, `IPPROTO_TCP`, …
   * @param option - `SO_REUSEADDR`, `TCP_NODELAY`, …
   * @param value - an integer or a boolean, or bytes for an option that is a structure or text
   * @python socket.setsockopt()
   */
  setsockopt(level: number, option: number, value: number | boolean | ArrayBufferView): void {
    const [of, name] = [checkInteger(level, 'level', INT32), checkInteger(option, 'option', INT32)];
    check(native().setOption(this.#fd, of, name, optionBytes(value)), 'setsockopt');
  }

  /**
   * Makes calls that cannot be served at once wait, or fail with `'EAGAIN'`.
   *
   * @python socket.setblocking()
   */
  setblocking(flag: boolean): void {
    if (typeof flag !== 'boolean') throw typeError('flag', 'a boolean', flag);
    check(native().setNonBlocking(this.#fd, flag ? 0 : 1), 'fcntl');
  }

  /**
   * Whether calls wait that cannot be served at once.
   *
   * @python socket.getblocking()
   */
  getblocking(): boolean {
    return check(native().getNonBlocking(this.#fd), 'fcntl') === 0;
  }

  get #fd(): number {
    return this.#owned.fd;
  }

  #receiveSize(bufsize: unknown, flags: number): number {
    const size = checkInteger(bufsize, 'bufsize', { min: 0, max: LARGEST_RECEIVE });
    const isComplete = this.type !== SOCK_STREAM || (flags & MSG_WAITALL) !== 0;
    return isComplete ? size : Math.min(size, LARGEST_STREAM_RECEIVE);
  }
}

const UNKNOWN = { family: 0, type: 0, proto: 0 };
const INT32 = { min: -0x80000000, max: 0x7fffffff };

function optionalInteger(value: unknown, name: string, fallback: number): number {
  return value === undefined || value === null ? fallback : checkInteger(value, name, INT32);
}

const INTO = ['flags', 'nbytes'] as const;

function flagsOf(
  options: TransferOptions | null | undefined,
  known: readonly (keyof ReceiveIntoOptions)[] = ['flags'],
): number {
  return options === undefined || options === null
    ? 0
    : optionalInteger(checkOptions<ReceiveIntoOptions>(options, known).flags, 'flags', 0);
}

function intoOf(
  buffer: unknown,
  options: ReceiveIntoOptions | null | undefined,
): { view: Uint8Array; size: number } {
  const view = checkBytes(buffer, 'buffer');
  const nbytes = checkOptions(options, INTO).nbytes ?? 0;
  const size = checkInteger(nbytes, 'nbytes', { min: 0, max: view.byteLength });
  return { view, size: size === 0 ? view.byteLength : size };
}

/** What was received: as it is where it takes half of the memory or more, else a copy, for the caller to keep. */
function part(target: Buffer, count: number): Buffer {
  const bytes = target.subarray(0, count);
  return target === scratch || 2 * count < target.length ? Buffer.from(bytes) : bytes;
}

/** What the system knows of a descriptor. */
function describe(fd: number): { family: number; type: number; proto: number } {
  const answer = new Int32Array(3);
  check(native().describe(fd, answer), 'getsockopt');
  const [family, type, proto] = answer as unknown as [number, number, number];
  return { family, type, proto };
}
