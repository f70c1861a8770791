import { constants } from 'node:crypto';
import tls from 'node:tls';
import type { SSLContextOptions } from '@bight/loop-abstract';
import { hasTls, TlsContext, tlsNumbers, trustRoots } from '@bight/sockets/low-level';
import { sessionIdOf } from '../../tls/session-id.js';
import type { SSLContext } from '../../tls/ssl-context.js';
import { nodeOptions } from './node-options.js';
import { rootCertificates } from './root-certificates.js';

const VERSIONS = { TLSv1: 0x0301, 'TLSv1.1': 0x0302, 'TLSv1.2': 0x0303, 'TLSv1.3': 0x0304 } as const;

/** Options that only `node:tls` implements. */
const FOREIGN = [
  'clientCertEngine',
  'dhparam',
  'pfx',
  'privateKeyEngine',
  'privateKeyIdentifier',
  'secureProtocol',
] as const;

/**
 * Options of Node that its own TLS alone follows: it writes the keys of connections to a file, or traces them. What is
 * in a file of configuration is not shown, and may be these.
 */
const FOR_NODE = /--(?:tls-keylog|trace-tls|experimental-(?:default-)?config-file)\b/;

/** OpenSSL's form of a context, and whether it trusts what Node would. */
interface Made {
  readonly context: TlsContext;
  readonly hasTrust: boolean;
}

const made = new WeakMap<SSLContext, Made | null>();
let isUsable: boolean | null = null;
let trusted: readonly string[] | null = null;

/**
 * OpenSSL's own form of a context, made when it is needed first.
 *
 * @param serverSide - a server that asks clients for no certificate has nothing to trust
 * @returns `null` where `node:tls` has to serve its connections
 */
export function opensslContextOf(context: SSLContext, serverSide: boolean): TlsContext | null {
  isUsable ??= isProven() && !isForNode() && hasTls();
  if (!isUsable) return null;
  let found = made.get(context);
  if (found === undefined) {
    found = make(context.options);
    made.set(context, found);
  }
  if (found === null) return null;
  const needsTrust = !serverSide || context.options.requestCert === true;
  return found.hasTrust || !needsTrust ? found.context : null;
}

/** Other platforms have the same functions, but are not tested. A shared library, or Electron's, may be any version. */
function isProven(): boolean {
  const { node_shared_openssl: isShared } = process.config.variables as { node_shared_openssl?: unknown };
  const { electron } = process.versions as { electron?: string };
  return process.platform === 'linux' && isShared !== true && isShared !== 'true' && electron === undefined;
}

function isForNode(): boolean {
  const options = nodeOptions();
  return options === null || FOR_NODE.test(options);
}

function make(options: SSLContextOptions): Made | null {
  const given = options as Record<string, unknown>;
  if (FOREIGN.some((name) => (given[name] ?? null) !== null)) return null;
  try {
    const context = new TlsContext();
    setVersions(context, options);
    setCiphers(context, options);
    const hasTrust = setTrust(context, options);
    setIdentity(context, options);
    setRest(context, options);
    return { context, hasTrust };
  } catch {
    // Node has taken the same settings: it may do what OpenSSL alone does not.
    return null;
  }
}

function setVersions(context: TlsContext, options: SSLContextOptions): void {
  const { minVersion, maxVersion, honorCipherOrder, secureOptions } = options;
  context.set(tlsNumbers.CONTEXT_MINIMUM, VERSIONS[minVersion ?? tls.DEFAULT_MIN_VERSION]);
  context.set(tlsNumbers.CONTEXT_MAXIMUM, VERSIONS[maxVersion ?? tls.DEFAULT_MAX_VERSION]);
  const order = honorCipherOrder ? constants.SSL_OP_CIPHER_SERVER_PREFERENCE : 0;
  context.set(tlsNumbers.CONTEXT_OPTIONS, ((secureOptions ?? 0) | order) >>> 0);
}

/** OpenSSL has two lists, Node has one. */
function setCiphers(context: TlsContext, options: SSLContextOptions): void {
  const names = (options.ciphers || tls.DEFAULT_CIPHERS).split(':').filter((name) => name !== '');
  const suites = names.filter((name) => /^!?TLS_/.test(name));
  const others = names.filter((name) => !/^!?TLS_/.test(name));
  if (suites.length > 0) context.give(tlsNumbers.CONTEXT_SUITES, suites.join(':'));
  if (others.length > 0) context.give(tlsNumbers.CONTEXT_CIPHERS, others.join(':'));
  else context.set(tlsNumbers.CONTEXT_MINIMUM, VERSIONS['TLSv1.3']);
}

/** @returns whether it is known which authorities are trusted */
function setTrust(context: TlsContext, options: SSLContextOptions): boolean {
  const { ca, crl, allowPartialTrustChain } = options;
  if (!ca) {
    const roots = rootCertificates();
    // What all contexts share is changed for none of them.
    if (roots === null || allowPartialTrustChain || crl) return false;
    if (roots !== trusted) trustRoots(roots.join('\n'));
    trusted = roots;
    context.set(tlsNumbers.CONTEXT_ROOTS, 0);
    return true;
  }
  for (const file of listOf(ca)) context.give(tlsNumbers.CONTEXT_AUTHORITIES, textOf(file));
  for (const file of listOf(crl)) context.give(tlsNumbers.CONTEXT_REVOKED, textOf(file));
  if (allowPartialTrustChain) context.set(tlsNumbers.CONTEXT_PARTIAL_CHAIN, 1);
  return true;
}

function setIdentity(context: TlsContext, { cert, key, passphrase }: SSLContextOptions): void {
  for (const file of listOf(cert)) context.give(tlsNumbers.CONTEXT_CERTIFICATES, textOf(file));
  for (const item of listOf(key)) {
    const { pem, passphrase: own } = item as { pem?: unknown; passphrase?: unknown };
    const secret = pem === undefined ? passphrase : (own ?? passphrase);
    if ((secret ?? null) !== null) context.give(tlsNumbers.CONTEXT_PASSPHRASE, textOf(secret));
    context.give(tlsNumbers.CONTEXT_KEY, textOf(pem ?? item));
  }
}

function setRest(context: TlsContext, options: SSLContextOptions): void {
  const { sigalgs, ecdhCurve, ticketKeys, sessionTimeout, alpnProtocols } = options;
  if ((sigalgs ?? null) !== null) context.give(tlsNumbers.CONTEXT_SIGNATURES, sigalgs as string);
  const groups = ecdhCurve ?? tls.DEFAULT_ECDH_CURVE;
  if (groups !== 'auto') context.give(tlsNumbers.CONTEXT_GROUPS, groups);
  context.give(tlsNumbers.CONTEXT_SESSION_ID, Buffer.from(sessionIdOf(options)));
  if (ticketKeys) context.give(tlsNumbers.CONTEXT_TICKET_KEYS, ticketKeys);
  if ((sessionTimeout ?? null) !== null) context.set(tlsNumbers.CONTEXT_TIMEOUT, sessionTimeout as number);
  if (alpnProtocols !== undefined && alpnProtocols.length > 0) {
    context.give(tlsNumbers.CONTEXT_ALPN, Buffer.concat(alpnProtocols.map(withLength)));
  }
}

function withLength(name: string): Buffer {
  const bytes = Buffer.from(name);
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value ? [value] : [];
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { buffer, byteOffset, byteLength } = value as ArrayBufferView;
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}
