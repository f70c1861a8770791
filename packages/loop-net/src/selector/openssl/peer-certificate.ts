import { X509Certificate } from 'node:crypto';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { type TlsConnection, tlsNumbers } from '@bight/sockets/low-level';

/** How many certificates are cached in parsed form: most programs meet few. */
const CAPACITY = 64;

const known = new Map<string, ShownCertificate>();

/** A certificate that a peer has shown. */
export class ShownCertificate {
  readonly der: Buffer;
  #read: X509Certificate | null = null;
  /** The host that it was last found to be for. */
  #goodFor: string | null = null;

  constructor(der: Buffer) {
    this.der = der;
  }

  /** As `node:crypto` parses it. */
  get x509(): X509Certificate {
    this.#read ??= new X509Certificate(this.der);
    return this.#read;
  }

  /** As `tlsSocket.getPeerCertificate()` gives it, a new object each time. */
  toObject(): PeerCertificate {
    return translate(this.x509.toLegacyObject() as Legacy);
  }

  /** The same with that of its issuer, and so on; the last one is its own issuer where it is self-signed. */
  toDetailedObject(issuers: readonly ShownCertificate[]): PeerCertificate {
    const chain = [this, ...issuers];
    const objects = chain.map((certificate) => certificate.toObject() as Linked);
    for (const [index, object] of objects.entries()) {
      const next = objects[index + 1];
      if (next !== undefined) object.issuerCertificate = next;
      else if (chain[index]!.x509.checkIssued(chain[index]!.x509)) object.issuerCertificate = object;
    }
    return objects[0]!;
  }

  /** Why it is not for a host, by Node's rules; `undefined` where it is. */
  problemWith(host: string): Error | undefined {
    if (this.#goodFor === host) return undefined;
    const problem = checkServerIdentity(host, this.toObject());
    if (problem === undefined) this.#goodFor = host;
    return problem;
  }

  /** Whether it has expired. */
  isExpired(nowMs: number): boolean {
    return nowMs > Date.parse(this.x509.validTo);
  }
}

type Legacy = Omit<PeerCertificate, 'infoAccess'> & { infoAccess?: unknown };
type Linked = PeerCertificate & { issuerCertificate?: PeerCertificate };

/** The certificate with these bytes, which is parsed once as long as it is in the cache. */
export function shownCertificate(der: Buffer): ShownCertificate {
  const key = der.toString('latin1');
  const found = known.get(key);
  if (found !== undefined) return found;
  const fresh = new ShownCertificate(der);
  known.set(key, fresh);
  if (known.size > CAPACITY) {
    for (const oldest of known.keys()) {
      known.delete(oldest);
      break;
    }
  }
  return fresh;
}

/** The certificates of those who vouch for the peer, as they were verified or, before that, shown. */
export function issuersOf(connection: TlsConnection): ShownCertificate[] {
  const found: ShownCertificate[] = [];
  for (let index = 0; ; index++) {
    const der = connection.text(tlsNumbers.TEXT_ISSUERS + index);
    if (der === null) return found;
    found.push(shownCertificate(der));
  }
}

/** Node gives the addresses of authorities by their kinds, and this method as lines of text. */
function translate(legacy: Legacy): PeerCertificate {
  const { infoAccess } = legacy;
  if (typeof infoAccess !== 'string') return legacy as unknown as PeerCertificate;
  const byKind = Object.create(null) as Record<string, string[]>;
  for (const [, kind, quoted] of infoAccess.matchAll(/([^\n:]*):([^\n]*)(?:\n|$)/g)) {
    const value = quoted!.startsWith('"') ? (JSON.parse(quoted!) as string) : quoted!;
    byKind[kind!] ??= [];
    byKind[kind!]!.push(value);
  }
  legacy.infoAccess = byKind;
  return legacy as unknown as PeerCertificate;
}
