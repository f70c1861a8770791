import type { CipherNameAndProtocol } from 'node:tls';
import { type TlsConnection, tlsNumbers } from '@bight/sockets/low-level';

const known = new Map<string, CipherNameAndProtocol>();

/** The cipher of a connection as Node describes it; one object for all connections with the same. */
export function cipherOf(connection: TlsConnection): CipherNameAndProtocol {
  const text = (what: number): string => connection.text(what)?.toString() ?? '';
  const name = text(tlsNumbers.TEXT_CIPHER);
  let cipher = known.get(name);
  if (cipher === undefined) {
    const standardName = text(tlsNumbers.TEXT_STANDARD_CIPHER);
    cipher = Object.freeze({ name, standardName, version: text(tlsNumbers.TEXT_CIPHER_VERSION) });
    known.set(name, cipher);
  }
  return cipher;
}
