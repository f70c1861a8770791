import type { AbstractServer } from '../abstract-server.js';
import type { InetAddress } from '../address.js';
import type { AddrInfo, GetaddrinfoOptions, GetnameinfoOptions } from '../dns.js';
import type { FileSource } from '../file.js';
import type { AbstractFuture } from '../future.js';
import type { DatagramProtocolLike } from '../protocols/datagram-protocol.js';
import type { ProtocolFactory, StreamProtocolLike } from '../protocols/protocol-factory.js';
import type { StreamSocketSource } from '../socket-like.js';
import type { SSLContextLike } from '../tls.js';
import type { DatagramTransport } from '../transports/datagram-transport.js';
import type { Transport } from '../transports/transport.js';
import type { WriteTransport } from '../transports/write-transport.js';
import type {
  ConnectAcceptedSocketOptions,
  CreateConnectionOptions,
  CreateDatagramEndpointOptions,
  CreateServerOptions,
  CreateUnixConnectionOptions,
  CreateUnixServerOptions,
  SendfileOptions,
  StartTlsOptions,
} from './net-options.js';

/**
 * Connects and serves: TCP, UDP, Unix sockets, TLS, file sending, name look-up.
 *
 * The reference's sections "Opening network connections", "Creating network servers", "Transferring files", "TLS
 * Upgrade" and "DNS". Every method throws a `TypeError` for an argument of the wrong type and a `ValueError` for
 * arguments that contradict each other, before anything is opened; failures of the system keep Node's form (`code`,
 * `errno`, `syscall`, `address`, `port`).
 */
export interface NetLoop {
  /**
   * Connects to a host over TCP, and TLS with the option `ssl`.
   *
   * @param protocolFactory - makes the protocol once the connection is there
   * @param options - where to, and how; `host` and `port`, or `sock`, are required
   * @returns `[transport, protocol]`
   * @python loop.create_connection()
   */
  createConnection<P extends StreamProtocolLike>(
    protocolFactory: ProtocolFactory<P>,
    options: CreateConnectionOptions,
  ): AbstractFuture<[Transport, P]>;

  /**
   * Makes an endpoint for UDP, or Unix datagrams.
   *
   * @param protocolFactory - makes the protocol
   * @param options - `localAddr`, `remoteAddr`, `family` or `sock`, one at least, and how
   * @returns `[transport, protocol]`
   * @python loop.create_datagram_endpoint()
   */
  createDatagramEndpoint<P extends DatagramProtocolLike>(
    protocolFactory: ProtocolFactory<P>,
    options: CreateDatagramEndpointOptions,
  ): AbstractFuture<[DatagramTransport, P]>;

  /**
   * Connects to a Unix stream socket.
   *
   * @param protocolFactory - makes the protocol once the connection is there
   * @param options - where to, and how; `path` or `sock` is required
   * @returns `[transport, protocol]`
   * @python loop.create_unix_connection()
   */
  createUnixConnection<P extends StreamProtocolLike>(
    protocolFactory: ProtocolFactory<P>,
    options: CreateUnixConnectionOptions,
  ): AbstractFuture<[Transport, P]>;

  /**
   * Makes a TCP server.
   *
   * @param protocolFactory - makes the protocol of each connection
   * @param options - where to listen, and how
   * @python loop.create_server()
   */
  createServer(
    protocolFactory: ProtocolFactory<StreamProtocolLike>,
    options?: CreateServerOptions | null,
  ): AbstractFuture<AbstractServer>;

  /**
   * Makes a server at a Unix stream socket. A stale socket file is replaced; one on which a server listens at gives
   * `code === 'EADDRINUSE'`.
   *
   * @param protocolFactory - makes the protocol of each connection
   * @param options - where to listen, and how; `path` or `sock` is required
   * @python loop.create_unix_server()
   */
  createUnixServer(
    protocolFactory: ProtocolFactory<StreamProtocolLike>,
    options: CreateUnixServerOptions,
  ): AbstractFuture<AbstractServer>;

  /**
   * Makes a transport of a connection that was accepted elsewhere.
   *
   * @param protocolFactory - makes the protocol
   * @param sock - the connected socket, which the transport takes over
   * @param options - `ssl` and its time-outs
   * @returns `[transport, protocol]`
   * @python loop.connect_accepted_socket()
   */
  connectAcceptedSocket<P extends StreamProtocolLike>(
    protocolFactory: ProtocolFactory<P>,
    sock: StreamSocketSource,
    options?: ConnectAcceptedSocketOptions | null,
  ): AbstractFuture<[Transport, P]>;

  /**
   * Sends a file over a transport, with the system call of that name where possible. The file's position moves by what
   * was sent, also when it fails; the error has it as `bytesSent`.
   *
   * @param transport - where to
   * @param file - a regular file: its descriptor or `FileHandle`
   * @param options - `offset`, `count` (both in bytes), `fallback`
   * @returns how many bytes were sent
   * @throws {SendfileNotAvailableError} when the system call cannot be used and `fallback` is `false`
   * @python loop.sendfile()
   */
  sendfile(
    transport: WriteTransport,
    file: FileSource,
    options?: SendfileOptions | null,
  ): AbstractFuture<number>;

  /**
   * Upgrades a connection to TLS; bytes that came already belong to the handshake.
   *
   * @param transport - the transport of the connection; not to be used afterwards
   * @param protocol - the protocol, which goes on with the new transport
   * @param sslContext - TLS settings
   * @param options - `serverSide`, `serverHostname`, time-outs in seconds
   * @returns the new transport, or `null` when the old one is closing
   * @python loop.start_tls()
   */
  startTls(
    transport: Transport,
    protocol: StreamProtocolLike,
    sslContext: SSLContextLike,
    options?: StartTlsOptions | null,
  ): AbstractFuture<Transport | null>;

  /**
   * Looks a host and a service up.
   *
   * @param host - a name or address; `null` for this machine (with `AI_PASSIVE`: for all its interfaces)
   * @param port - a port, the name of a service, or `null`
   * @param options - which of the addresses, as the system's numbers
   * @returns the ways to reach it, the best first
   * @python loop.getaddrinfo()
   */
  getaddrinfo(
    host: string | Uint8Array | null,
    port: number | string | null,
    options?: GetaddrinfoOptions | null,
  ): AbstractFuture<AddrInfo[]>;

  /**
   * Looks an address up.
   *
   * @param sockaddr - the address, whose host is numeric
   * @param options - `flags`: `NI_…` bits
   * @returns `[host, service]`
   * @python loop.getnameinfo()
   */
  getnameinfo(
    sockaddr: InetAddress,
    options?: GetnameinfoOptions | null,
  ): AbstractFuture<[host: string, service: string]>;
}
