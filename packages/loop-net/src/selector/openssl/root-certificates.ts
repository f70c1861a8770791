import tls from 'node:tls';

/** Options that make Node trust certificates which it does not list. */
const UNKNOWN_TRUST = /--(?:use-openssl-ca|openssl-ca|ssl-openssl)/;
/** The same, where Node has no function that lists them. */
const SYSTEM_TRUST = /--use-system-ca/;

/**
 * The certificates that Node trusts where a context does not say, in PEM form; the same array as long as they are the
 * same.
 *
 * @returns `null` where Node does not say all of them
 */
export function rootCertificates(): readonly string[] | null {
  const { NODE_OPTIONS = '', NODE_EXTRA_CA_CERTS = '' } = process.env;
  const settings = [NODE_OPTIONS, ...process.execArgv].join(' ');
  if (UNKNOWN_TRUST.test(settings)) return null;
  const { getCACertificates } = tls as { getCACertificates?(type: 'default'): readonly string[] };
  if (getCACertificates !== undefined) return getCACertificates('default');
  // Node 20 has no such function, and adds the file to its own certificates without listing it.
  return NODE_EXTRA_CA_CERTS === '' && !SYSTEM_TRUST.test(settings) ? tls.rootCertificates : null;
}
