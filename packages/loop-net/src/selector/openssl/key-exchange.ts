import type { EphemeralKeyInfo } from 'node:tls';
import { type TlsConnection, tlsNumbers } from '@bight/sockets/low-level';

/** OpenSSL's numbers of the kinds of keys that Node describes. */
const DIFFIE_HELLMAN = 28;
const ELLIPTIC = [408, 1034, 1035];
/** Node names other groups from this version on; before, it says nothing of them. */
const FIRST_WITH_GROUPS = 24;

/** Node's names of signatures, by OpenSSL's. */
const SIGNATURES: Readonly<Record<string, string>> = {
  rsaEncryption: 'RSA',
  'RSASSA-PSS': 'RSA-PSS',
  'RSA-PSS': 'RSA-PSS',
  DSA: 'DSA',
  dsaEncryption: 'DSA',
  'id-ecPublicKey': 'ECDSA',
  ED25519: 'Ed25519',
  ED448: 'Ed448',
};

/** What a client knows of the server's key of this connection, as Node describes it; `{}` for nothing. */
export function ephemeralKey(connection: TlsConnection): EphemeralKeyInfo | object {
  const text = connection.text(tlsNumbers.TEXT_EPHEMERAL_KEY)?.toString() ?? '0  0';
  const [kind, name, bits] = text.split(' ');
  if (Number(kind) === DIFFIE_HELLMAN) return { type: 'DH', size: Number(bits) };
  if (ELLIPTIC.includes(Number(kind))) return { type: 'ECDH', name, size: Number(bits) };
  const isNamed = name !== '' && Number.parseInt(process.versions.node, 10) >= FIRST_WITH_GROUPS;
  return isNamed ? { type: 'TLSGroup', name, size: undefined } : {};
}

/** The algorithms of signatures that both ends know, as Node names them. */
export function sharedSignatures(connection: TlsConnection): string[] {
  const text = connection.text(tlsNumbers.TEXT_SIGNATURES)?.toString() ?? '';
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [signature, hash] = line.split('+');
      return `${SIGNATURES[signature!] ?? signature}+${hash}`;
    });
}
