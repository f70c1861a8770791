import type { AbstractFuture, Address, AddrInfo, InetAddress, SocketLike } from '@bight/loop-abstract';
import type { TlsPlan } from '../tls/tls-plan.js';
import type { DatagramChannel } from './datagram-channel.js';
import type { NameResolver } from './name-resolver.js';
import type { SocketChannel } from './socket-channel.js';
import type { TlsChannel } from './tls-channel.js';

/** Where a stream socket connects to or listens: an address with its family, or the path of a Unix socket. */
export type StreamAddress = AddrInfo | { path: string };

/** What a listening socket is made with. */
export interface BindOptions {
  /** `null` for the system's default. */
  reuseAddress: boolean | null;
  /** Whether several sockets may listen at the same port, which share the connections. */
  reusePort: boolean;
  /** Whether accepted connections send probes while they are idle. */
  keepAlive: boolean;
}

/** A way to reach the network: what differs between Node's sockets and native ones. */
export interface NetDriver {
  /** The loop class, for messages. */
  readonly loopClass: string;

  /** Whether a Unix path is a file, which has to be removed; `true` where there is nothing here. */
  readonly hasSocketFiles?: boolean;

  /** Where names are looked up; the operating system where there is nothing here. */
  readonly resolver?: NameResolver;

  /**
   * Begins to connect. `settled` is called once, inside the loop, unless the attempt was cancelled.
   *
   * @param local - the address to bind to first
   */
  connect(
    address: StreamAddress,
    local: InetAddress | null,
    settled: Completion<SocketChannel>,
  ): ConnectAttempt;

  /**
   * Makes a socket and binds it; it does not listen yet.
   *
   * @throws the system's error
   */
  bind(address: StreamAddress, options: BindOptions): Listener;

  /**
   * Takes over a connected socket that the caller made.
   *
   * @throws {TypeError | ValueError} when it is none
   */
  adoptStream(sock: unknown): SocketChannel;

  /**
   * Takes over a bound socket that the caller made.
   *
   * @throws {TypeError | ValueError} when it is none
   */
  adoptListener(sock: unknown): Listener;

  /**
   * Begins TLS on a channel, which is used up by it.
   *
   * @param received - bytes that came through the channel and belong to TLS
   */
  secure(channel: SocketChannel, received: Buffer | null, plan: TlsPlan): TlsChannel;

  /**
   * Makes a datagram socket, binds it, and connects it if there is a remote address.
   *
   * @param opened - called once, inside the loop or at once: with the system's error, or with the channel
   * @throws {NotImplementedError} for what the driver cannot do
   */
  openDatagram(options: DatagramOptions, opened: Completion<DatagramChannel>): void;

  /**
   * Takes over a datagram socket that the caller made.
   *
   * @throws {TypeError | ValueError} when it is none
   */
  adoptDatagram(sock: unknown, opened: Completion<DatagramChannel>): void;

  /**
   * Sends a file by the system call of that name, where the driver can.
   *
   * @param count - how many bytes; `null` for all up to the end of the file
   */
  sendfile?(channel: SocketChannel, fd: number, offset: number, count: number | null): AbstractFuture<number>;

  /** Closes everything, without a callback. */
  close(): void;
}

/** What a datagram socket is made with. */
export interface DatagramOptions {
  /** `AF_INET`, `AF_INET6` or `AF_UNIX`. */
  family: number;
  /** The protocol's number, often 0. */
  proto: number;
  /** What to bind to; `null` for whatever is free. */
  local: Address | null;
  /** What to connect to; `null` for nothing. */
  remote: Address | null;
  /** Whether several sockets may have the same port. */
  reusePort: boolean;
  /** Whether datagrams may be sent to broadcast addresses; such a socket is not connected. */
  allowBroadcast: boolean;
}

/**
 * How a driver reports the end of an operation: called once, with an error or with the result. The other one is `null`;
 * so is the result of an operation that has none.
 */
export type Completion<T> = (error: Error | null, result: T | null) => void;

/** An attempt to connect. */
export interface ConnectAttempt {
  /** Gives up and closes the socket; `settled` is not called any more. Without effect once it was called. */
  cancel(): void;
}

/** A bound socket that can listen. It calls its sink inside the loop. */
export interface Listener {
  /** What programs may do with the socket. */
  readonly socket: SocketLike;

  /**
   * Begins to accept connections.
   *
   * @param started - called once, inside the loop or at once: with the system's error where it cannot listen
   */
  listen(backlog: number, sink: ListenerSink, started: Completion<never>): void;

  /**
   * Accepts no more connections; those that were accepted are still delivered. Where it is missing, `close()` alone
   * ends it.
   */
  rest?(): void;

  /** Closes the socket; the sink is called no more. */
  close(): void;
}

/** Where a listener delivers what happens. */
export interface ListenerSink {
  /** A client has connected; the channel is the receiver's. */
  accepted(channel: SocketChannel): void;

  /** The system has run out of a resource that a new connection needs; the listener goes on by itself. */
  exhausted(error: Error): void;
}
