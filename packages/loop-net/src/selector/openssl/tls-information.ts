import { X509Certificate } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { CipherNameAndProtocol, EphemeralKeyInfo, PeerCertificate } from 'node:tls';
import { NotImplementedError, RuntimeError } from '@bight/loop-abstract';
import { type TlsConnection, tlsNumbers } from '@bight/sockets/low-level';
import { ephemeralKey, sharedSignatures } from './key-exchange.js';
import { issuersOf, type ShownCertificate, shownCertificate } from './peer-certificate.js';

// Taken at import: fake timers that are installed later leave it alone.
const nextTick = process.nextTick.bind(process);

/** What a connection has found out, for its `TlsInformation`. */
export interface TlsFacts {
  readonly isReused: boolean;
  /** A code of OpenSSL or Node; `null` where the peer is trusted. */
  readonly authorizationError: string | null;
  readonly isAuthorized: boolean;
  readonly alpnProtocol: string | false;
  /** The server name that the client has sent. */
  readonly serverName: string | false;
  readonly isServer: boolean;
  readonly shown: ShownCertificate | null;
  readonly cipher: CipherNameAndProtocol;
}

/**
 * What programs may ask about a TLS connection, under the names that `tls.TLSSocket` has: `getExtraInfo('sslObject')`.
 * It emits `'session'` as that does.
 */
export class TlsInformation extends EventEmitter {
  readonly encrypted = true;
  readonly authorized: boolean;
  readonly authorizationError: string | null;
  readonly alpnProtocol: string | false;
  readonly servername: string | false;
  readonly #connection: TlsConnection;
  readonly #facts: TlsFacts;

  constructor(connection: TlsConnection, facts: TlsFacts) {
    super();
    this.#connection = connection;
    this.#facts = facts;
    this.authorized = facts.isAuthorized;
    this.authorizationError = facts.authorizationError;
    this.alpnProtocol = facts.alpnProtocol;
    this.servername = facts.serverName;
  }

  isSessionReused(): boolean {
    return this.#facts.isReused;
  }

  getCipher(): CipherNameAndProtocol {
    return { ...this.#facts.cipher };
  }

  getProtocol(): string | null {
    return this.#connection.text(tlsNumbers.TEXT_VERSION)?.toString() ?? null;
  }

  getPeerCertificate(detailed?: boolean): PeerCertificate | Record<string, never> {
    const { shown } = this.#facts;
    if (shown === null) return {};
    return detailed === true ? shown.toDetailedObject(issuersOf(this.#connection)) : shown.toObject();
  }

  getPeerX509Certificate(): X509Certificate | undefined {
    return this.#facts.shown === null ? undefined : new X509Certificate(this.#facts.shown.der);
  }

  getCertificate(): PeerCertificate | Record<string, never> {
    const der = this.#connection.text(tlsNumbers.TEXT_OWN_CERTIFICATE);
    return der === null ? {} : shownCertificate(der).toObject();
  }

  getX509Certificate(): X509Certificate | undefined {
    const der = this.#connection.text(tlsNumbers.TEXT_OWN_CERTIFICATE);
    return der === null ? undefined : new X509Certificate(der);
  }

  getSession(): Buffer | undefined {
    return this.#connection.text(tlsNumbers.TEXT_CURRENT_SESSION) ?? undefined;
  }

  getTLSTicket(): Buffer | undefined {
    return this.#connection.text(tlsNumbers.TEXT_TICKET) ?? undefined;
  }

  getFinished(): Buffer | undefined {
    return this.#connection.text(tlsNumbers.TEXT_FINISHED) ?? undefined;
  }

  getPeerFinished(): Buffer | undefined {
    return this.#connection.text(tlsNumbers.TEXT_PEER_FINISHED) ?? undefined;
  }

  /** `null` on a server. */
  getEphemeralKeyInfo(): EphemeralKeyInfo | object | null {
    return this.#facts.isServer ? null : ephemeralKey(this.#connection);
  }

  getSharedSigalgs(): string[] {
    return sharedSignatures(this.#connection);
  }

  setMaxSendFragment(size: number): boolean {
    return this.#connection.set(tlsNumbers.SET_FRAGMENT, size);
  }

  /** @throws {NotImplementedError} always: only `node:tls` writes such a trace */
  enableTrace(): never {
    throw new NotImplementedError('enableTrace() is possible only after setNativeTls(false)');
  }

  exportKeyingMaterial(length: number, label: string, context?: Buffer): Buffer {
    return this.#connection.exportKeys(length, label, context ?? null);
  }

  /** Renegotiation is refused always. */
  disableRenegotiation(): void {}

  renegotiate(_options: object, callback?: (error: Error | null) => void): boolean {
    const error = new RuntimeError('renegotiation is refused');
    if (callback !== undefined) nextTick(callback, error);
    return false;
  }
}
