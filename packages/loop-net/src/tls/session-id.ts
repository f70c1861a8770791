import { createHash } from 'node:crypto';
import type { SSLContextOptions } from '@bight/loop-abstract';

/** What decides which clients a server accepts; what a PKCS #12 file holds beside the key is trusted, too. */
const VERIFICATION = [
  'requestCert',
  'rejectUnauthorized',
  'ca',
  'crl',
  'pfx',
  'allowPartialTrustChain',
] as const;

/** OpenSSL takes at most 32 bytes. */
const LENGTH = 32;

/**
 * The session id context of a server's settings: OpenSSL resumes only sessions that began under the same one.
 *
 * Servers may share ticket keys, to share sessions. A session that began where clients are not asked for a certificate,
 * or where another authority is trusted, must not be resumed where they are: so the settings of verification are a part
 * of it.
 */
export function sessionIdOf(options: SSLContextOptions): string {
  const hash = createHash('sha256');
  add(hash, options.sessionIdContext);
  for (const name of VERIFICATION) add(hash, (options as Record<string, unknown>)[name]);
  return hash.digest('hex').slice(0, LENGTH);
}

type Hash = ReturnType<typeof createHash>;

/** Every value with its length, so that no two lists of values look alike. */
function add(hash: Hash, value: unknown): void {
  if (Array.isArray(value) && value.length !== 1) {
    hash.update(`list ${value.length};`);
    for (const item of value) add(hash, item);
    return;
  }
  const only: unknown = Array.isArray(value) ? value[0] : value;
  // Node takes PKCS #12 files as `{ buf, passphrase }`, too.
  const content: unknown = (only as { buf?: unknown } | null | undefined)?.buf ?? only ?? '';
  const bytes = ArrayBuffer.isView(content)
    ? Buffer.from(content.buffer, content.byteOffset, content.byteLength)
    : Buffer.from(String(content));
  hash.update(`${bytes.length};`).update(bytes);
}
