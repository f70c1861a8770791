import type { PeerCertificate, SecureContextOptions } from 'node:tls';

/**
 * The settings of TLS connections, made once and used for many.
 *
 * The class is in `@bight/loop-net`. Frameworks hand it through.
 *
 * @python ssl.SSLContext
 */
export interface SSLContextLike {
  /** What the context was made from, with the defaults filled in. */
  readonly options: SSLContextOptions;
}

/**
 * A client's own check of a server's certificate.
 *
 * @param hostname - the name that the certificate should be for; `''` for any
 * @param cert - the certificate, in Node's form
 * @returns an error to refuse the server, `undefined` to accept it
 */
export type CheckServerIdentity = (hostname: string, cert: PeerCertificate) => Error | null | undefined;

/** What an `SSLContext` is made from: the options of `tls.createSecureContext()` and these. */
export interface SSLContextOptions extends Omit<SecureContextOptions, 'ALPNCallback'> {
  /** The application protocols that are offered, in order of preference, such as `['h2', 'http/1.1']`. */
  alpnProtocols?: readonly string[] | undefined;
  /** Servers: whether to ask the client for a certificate. */
  requestCert?: boolean | undefined;
  /** Whether a peer is refused whose certificate cannot be verified. Python: `verify_mode`. */
  rejectUnauthorized?: boolean | undefined;
  /** Clients: whether the server's certificate must be for the host name of the connection. */
  checkHostname?: boolean | undefined;
  /**
   * Clients: a check in place of that of the host name, for one that knows the server's key. It is called for every
   * server whose certificate can be verified (for the others too, unless `rejectUnauthorized`), but not when a session
   * is resumed that began with it.
   */
  checkServerIdentity?: CheckServerIdentity | undefined;
}

/** The time-outs of a TLS connection, in seconds. */
export interface TlsTimeouts {
  /** Seconds that the handshake may take before the connection is aborted; 60 when it is not given. */
  sslHandshakeTimeout?: number | null | undefined;
  /** Seconds that closing TLS may take before the connection is aborted; 30 when it is not given. */
  sslShutdownTimeout?: number | null | undefined;
}

/**
 * What `getExtraInfo('cipher')` returns.
 *
 * @python ssl.SSLSocket.cipher()
 */
export interface CipherInfo {
  /** The cipher's name in OpenSSL. */
  name: string;
  /** The cipher's name in the standards. */
  standardName?: string | undefined;
  /** The protocol version that defines it, such as `'TLSv1.3'`. */
  version: string;
}

/** What `getExtraInfo('peercert')` returns, in Node's form. */
export type PeerCertificateInfo = PeerCertificate;
