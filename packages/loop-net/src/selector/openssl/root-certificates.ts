import tls from 'node:tls';

/** Options that make Node trust certificates which it does not list. */
const UNKNOWN_TRUST = /--(?:use-openssl-ca|openssl-ca|ssl-openssl)/;

/**
 * The certificates that Node trusts where a context does not say, in PEM form; the same array as long as they are the
 * same.
 *
 * @returns `null` where Node does not say all of them
 */
export function rootCertificates(): readonly string[] | null {
  const { NODE_OPTIONS = '', NODE_EXTRA_CA_CERTS = '' } = process.env;
  if (UNKNOWN_TRUST.test([NODE_OPTIONS, ...process.execArgv].join(' '))) return null;
  const { getCACertificates } = tls as { getCACertificates?(type: 'default'): readonly string[] };
  if (getCACertificates !== undefined) return getCACertificates('default');
  // Node 20 has no such function, and adds the file to its own certificates without listing it.
  return NODE_EXTRA_CA_CERTS === '' ? tls.rootCertificates : null;
}
