import tls from 'node:tls';
import { isMainThread } from 'node:worker_threads';
import { nodeOptions, variableAtStart } from './node-options.js';

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
  const options = nodeOptions();
  if (options === null || UNKNOWN_TRUST.test(options)) return null;
  const { getCACertificates } = tls as { getCACertificates?(type: 'default'): readonly string[] };
  if (getCACertificates !== undefined) return getCACertificates('default');
  // Node 20 has no such function, and adds the file to its own certificates without listing it.
  return hasExtraCertificates() || SYSTEM_TRUST.test(options) ? null : tls.rootCertificates;
}

/** A worker thread may have an environment of its own; the file is added for the whole process. */
function hasExtraCertificates(): boolean {
  const name = 'NODE_EXTRA_CA_CERTS';
  return (process.env[name] ?? '') !== '' || (!isMainThread && variableAtStart(name) !== '');
}
