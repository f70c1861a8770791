import type { InetAddress } from './address.js';
import type { HasFileno } from './file.js';
import type { SocketLike } from './socket-like.js';
import type { CipherInfo, PeerCertificateInfo, SSLContextLike } from './tls.js';

/**
 * What `transport.getExtraInfo(name)` returns, by name, where the transport has it. The types are those of a TCP
 * connection: over a Unix socket, `peername` and `sockname` are strings.
 */
export interface ExtraInfo {
  /** The address of the other end. */
  peername: InetAddress;
  /** The address of this end. */
  sockname: InetAddress;
  /** The socket, with what may be done to it beside its transport. */
  socket: SocketLike;
  /** TLS: the cipher in use. */
  cipher: CipherInfo;
  /** TLS: the certificate of the other end, in Node's form. */
  peercert: PeerCertificateInfo;
  /** TLS: the context that the connection was made with. */
  sslContext: SSLContextLike;
  /** TLS: the object that does the work: a `TLSSocket` of Node, or one that answers the same questions. */
  sslObject: object;
  /** Pipe transports: what was connected. */
  pipe: HasFileno;
  /** Subprocess transports: Node's `ChildProcess`. */
  subprocess: object;
}

/** The type of what `transport.getExtraInfo(name)` returns for a name: `unknown` where the name is not a common one. */
export type ExtraInfoValue<K extends string> = K extends keyof ExtraInfo ? ExtraInfo[K] : unknown;
