import { createSecureContext, type SecureContext } from 'node:tls';
import type { SSLContextLike, SSLContextOptions } from '@bight/loop-abstract';
import {
  checkCallback,
  checkOptions,
  inspectAsText,
  typeError,
  valueError,
} from '@bight/loop-abstract/validate';
import { kSecureContext, kSessions } from '../internals.js';
import { checkAuthorities } from './authorities.js';
import { CONTEXT_OPTIONS } from './context-options.js';
import { SessionCache } from './session-cache.js';
import { sessionIdOf } from './session-id.js';

/**
 * The settings of TLS connections, made once and used for many.
 *
 * Certificates and keys are read when the context is made, so that mistakes in them show at once. A client's context
 * remembers the sessions of the servers that it connected to, and shortens the next handshake with them.
 *
 * Unlike Python's it cannot be changed: everything is an option.
 *
 * @python ssl.SSLContext
 */
export class SSLContext implements SSLContextLike {
  static {
    // Its options hold the private key.
    inspectAsText(SSLContext);
  }

  /** What the context was made from, with the defaults filled in. */
  readonly options: SSLContextOptions;
  /** @internal Node's part of it. */
  readonly [kSecureContext]: SecureContext;
  /** @internal */
  readonly [kSessions] = new SessionCache();

  /**
   * @param options - those of Node's `tls.createSecureContext()` (`cert`, `key`, `ca`, `minVersion`, …) and
   *   `alpnProtocols`: names in order of preference; `requestCert`: servers ask the client for a certificate, `false`
   *   when not given; `rejectUnauthorized`: peers whose certificate cannot be verified are refused, `true` when not
   * given; `checkHostname`: clients require a certificate for the host of the connection, `true` when not
   *   given
   * @throws {TypeError} for an option of the wrong type
   * @throws the error of OpenSSL when a certificate or key cannot be used
   */
  constructor(options?: SSLContextOptions | null) {
    const given = checkOptions(options, CONTEXT_OPTIONS);
    checkAuthorities(given.ca);
    this.options = Object.freeze({
      ...given,
      alpnProtocols: checkAlpnProtocols(given.alpnProtocols),
      checkServerIdentity: checkFunction(given.checkServerIdentity, 'checkServerIdentity'),
      requestCert: checkFlag(given.requestCert, 'requestCert', false),
      rejectUnauthorized: checkFlag(given.rejectUnauthorized, 'rejectUnauthorized', true),
      checkHostname: checkFlag(given.checkHostname, 'checkHostname', true),
    });
    const sessionIdContext = sessionIdOf(this.options);
    this[kSecureContext] = createSecureContext({ ...this.options, sessionIdContext });
  }
}

/** What `createDefaultContext()` takes: the side that the context is for, and what an `SSLContext` takes. */
export interface DefaultContextOptions extends SSLContextOptions {
  /** Whether connections are made (`'client'`, when not given) or accepted (`'server'`) with it. */
  purpose?: 'client' | 'server' | undefined;
}

/**
 * Makes a context with safe settings: TLS 1.2 at least; clients verify the server's certificate and host name, servers
 * ask clients for no certificate.
 *
 * The option `ca` takes the place of Python's `cafile`, `capath` and `cadata`.
 *
 * @param options - `purpose`, and whatever an `SSLContext` takes
 * @python ssl.create_default_context()
 */
export function createDefaultContext(options?: DefaultContextOptions | null): SSLContext {
  const { purpose = 'client', ...rest } = checkOptions(options, [...CONTEXT_OPTIONS, 'purpose']);
  if (purpose !== 'client' && purpose !== 'server')
    throw typeError('purpose', "'client' or 'server'", purpose);
  const versions = rest.secureProtocol === undefined ? { minVersion: 'TLSv1.2' as const } : {};
  return new SSLContext({ ...versions, ...rest });
}

/** Checks for a context, also one of another installed copy of this package. */
export function isSSLContext(value: unknown): value is SSLContext {
  return typeof value === 'object' && value !== null && kSecureContext in value && kSessions in value;
}

function checkAlpnProtocols(value: unknown): readonly string[] | undefined {
  if (value === null || value === undefined) return undefined;
  if (!Array.isArray(value) || value.some((name) => typeof name !== 'string')) {
    throw typeError('alpnProtocols', 'an array of strings', value);
  }
  for (const name of value as string[]) {
    // There is one byte for the length (RFC 7301, section 3.1).
    const length = Buffer.byteLength(name);
    if (length < 1 || length > 255) throw valueError('alpnProtocols', 'names of 1 to 255 bytes', name);
  }
  return Object.freeze([...value]);
}

function checkFunction<F extends (...args: never[]) => unknown>(
  value: F | null | undefined,
  name: string,
): F | undefined {
  if (value === null || value === undefined) return undefined;
  checkCallback(value, name);
  return value;
}

function checkFlag(value: unknown, name: string, otherwise: boolean): boolean {
  if (value === null || value === undefined) return otherwise;
  if (typeof value !== 'boolean') throw typeError(name, 'true or false', value);
  return value;
}
