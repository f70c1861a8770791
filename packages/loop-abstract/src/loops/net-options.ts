import type { InetAddress, UnixPath } from '../address.js';
import type { DatagramSocketSource, ServerSocketSource, StreamSocketSource } from '../socket-like.js';
import type { SSLContextLike, TlsTimeouts } from '../tls.js';

/** What `loop.createConnection()` takes beside the protocol factory. */
export interface CreateConnectionOptions extends TlsTimeouts {
  /** The host's name or address. */
  host?: string | null | undefined;
  /** The port, or the name of a service. */
  port?: number | string | null | undefined;
  /** TLS settings; `true` for the default client context. */
  ssl?: SSLContextLike | boolean | null | undefined;
  /** `AF_INET` or `AF_INET6`: only addresses of this family; 0 for any. */
  family?: number | undefined;
  /** The protocol's number, for the look-up; 0 for any. */
  proto?: number | undefined;
  /** `AI_…` bits, for the look-up. */
  flags?: number | undefined;
  /** A connected socket, which the transport takes over, instead of `host` and `port`. */
  sock?: StreamSocketSource | null | undefined;
  /** The address to bind this end to. */
  localAddr?: InetAddress | null | undefined;
  /** The name that the server's certificate must be for; `host` when not given; `''` turns the check off. */
  serverHostname?: string | null | undefined;
  /**
   * Seconds after which the next address is tried beside the ones under way (RFC 8305: 0.25); one by one if not given.
   */
  happyEyeballsDelay?: number | null | undefined;
  /** How many addresses of the first family come before the families alternate; 0 for no change of order. */
  interleave?: number | null | undefined;
  /** Whether a failure is an `AggregateError` of all attempts' errors. */
  allErrors?: boolean | undefined;
}

/** What `loop.createDatagramEndpoint()` takes beside the protocol factory. */
export interface CreateDatagramEndpointOptions {
  /** The address to bind to; a path for a Unix socket. */
  localAddr?: InetAddress | UnixPath | null | undefined;
  /** The address that every datagram goes to and comes from; a path for a Unix socket. */
  remoteAddr?: InetAddress | UnixPath | null | undefined;
  /** `AF_INET`, `AF_INET6` or `AF_UNIX`; 0 for what the addresses are. */
  family?: number | undefined;
  /** The protocol's number, for the look-up; 0 for any. */
  proto?: number | undefined;
  /** `AI_…` bits, for the look-up. */
  flags?: number | undefined;
  /** Whether other sockets may bind to the same port, if they set this too. */
  reusePort?: boolean | null | undefined;
  /** Whether datagrams may be sent to the broadcast address. */
  allowBroadcast?: boolean | null | undefined;
  /** A socket, which the transport takes over, instead of the addresses. */
  sock?: DatagramSocketSource | null | undefined;
}

/** What `loop.createUnixConnection()` takes beside the protocol factory. */
export interface CreateUnixConnectionOptions extends TlsTimeouts {
  /** Where the server's socket is. */
  path?: UnixPath | null | undefined;
  /** TLS settings; `true` for the default client context. */
  ssl?: SSLContextLike | boolean | null | undefined;
  /** A connected socket, which the transport takes over, instead of `path`. */
  sock?: StreamSocketSource | null | undefined;
  /** The name that the server's certificate must be for; required with `ssl`. */
  serverHostname?: string | null | undefined;
}

/** What all servers take. */
export interface ServerOptions extends TlsTimeouts {
  /** How many connections may wait to be accepted; 100 when not given. */
  backlog?: number | undefined;
  /** TLS settings. */
  ssl?: SSLContextLike | null | undefined;
  /** Whether to accept connections at once, and not only after `startServing()`; `true` when not given. */
  startServing?: boolean | undefined;
  /** A bound socket, which the server takes over, instead of an address. */
  sock?: ServerSocketSource | null | undefined;
}

/** What `loop.createServer()` takes beside the protocol factory. */
export interface CreateServerOptions extends ServerOptions {
  /** The name or address to listen at, or several; all interfaces when it is `null`, `''` or not given. */
  host?: string | Iterable<string> | null | undefined;
  /** The port; 0, the default, for a free one. */
  port?: number | string | null | undefined;
  /** `AF_INET` or `AF_INET6`: only addresses of this family; 0 for any. */
  family?: number | undefined;
  /** `AI_…` bits, for the look-up; `AI_PASSIVE` when not given. */
  flags?: number | undefined;
  /** Whether to bind although connections of an earlier server linger; `true` on Unix when not given. */
  reuseAddress?: boolean | null | undefined;
  /** Whether other sockets may bind to the same port, if they set this too. */
  reusePort?: boolean | null | undefined;
  /** Whether the system probes idle connections. */
  keepAlive?: boolean | null | undefined;
}

/** What `loop.createUnixServer()` takes beside the protocol factory. */
export interface CreateUnixServerOptions extends ServerOptions {
  /** Where the socket is made. */
  path?: UnixPath | null | undefined;
  /**
   * Whether closing the server removes the socket from the file system, unless it was replaced; `true` if not given.
   */
  cleanupSocket?: boolean | undefined;
}

/** What `loop.connectAcceptedSocket()` takes beside the protocol factory and the socket. */
export interface ConnectAcceptedSocketOptions extends TlsTimeouts {
  /** TLS settings. */
  ssl?: SSLContextLike | null | undefined;
}

/** What `loop.startTls()` takes beside transport, protocol and context. */
export interface StartTlsOptions extends TlsTimeouts {
  /** Whether this end is the server; `false` when not given. */
  serverSide?: boolean | undefined;
  /** Clients: the name that the server's certificate must be for. */
  serverHostname?: string | null | undefined;
}

/** What `loop.sendfile()` and `loop.sockSendfile()` take beside the destination and the file. */
export interface SendfileOptions {
  /** Where in the file to begin, in bytes; 0 when not given. */
  offset?: number | undefined;
  /** How many bytes to send; up to the end of the file when not given. */
  count?: number | null | undefined;
  /** Whether to read and write where the system call cannot be used; `true` when not given. */
  fallback?: boolean | undefined;
}
