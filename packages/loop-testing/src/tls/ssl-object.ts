import type { CipherNameAndProtocol, PeerCertificate } from 'node:tls';
import { leafOf } from './certificates.js';
import type { Secured } from './handshake.js';

/** What stands for the cipher: nothing is encrypted. */
export const CIPHER: CipherNameAndProtocol = {
  name: 'TLS_AES_256_GCM_SHA384',
  standardName: 'TLS_AES_256_GCM_SHA384',
  version: 'TLSv1.3',
};

/** What a program reads of a TLS connection, under the names of Node's `TLSSocket`. */
export class SimulatedSslObject {
  readonly encrypted = true;
  /** Whether the other end has been verified. */
  readonly authorized: boolean;
  /** The code of what is wrong with its certificate. */
  readonly authorizationError: string | null;
  /** What both ends agreed on, of the protocols that each offers. */
  readonly alpnProtocol: string | false;
  readonly servername: string | false;
  readonly #certificate: PeerCertificate | undefined;

  constructor({ chain, alpn, servername, authorizationError, isAuthorized }: Secured) {
    this.authorized = isAuthorized;
    this.authorizationError =
      authorizationError === null
        ? null
        : ((authorizationError as NodeJS.ErrnoException).code ?? authorizationError.message);
    this.alpnProtocol = alpn;
    this.servername = servername;
    this.#certificate = leafOf(chain)?.toLegacyObject();
  }

  getPeerCertificate(): PeerCertificate | Record<string, never> {
    return this.#certificate ?? {};
  }

  getCipher(): CipherNameAndProtocol {
    return CIPHER;
  }

  getProtocol(): string {
    return CIPHER.version;
  }

  /** There are no sessions to resume. */
  isSessionReused(): boolean {
    return false;
  }
}
