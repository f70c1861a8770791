import { NotImplementedError, type TlsTimeouts, ValueError } from '@bight/loop-abstract';
import { checkSeconds, checkString, typeError } from '@bight/loop-abstract/validate';
import { toServerName } from '../addresses/server-name.js';
import { createDefaultContext, isSSLContext, type SSLContext } from './ssl-context.js';

const HANDSHAKE_SECONDS = 60;
const SHUTDOWN_SECONDS = 30;

/** How a connection is to be secured. */
export interface TlsPlan {
  /** The settings. */
  readonly context: SSLContext;
  /** Whether this end is the server. */
  readonly serverSide: boolean;
  /** Clients: the name that the certificate must be for, as it is sent to the server; `''` for any. */
  readonly serverHostname: string;
  /** In seconds: how long the handshake may take. */
  readonly handshakeSeconds: number;
  /** In seconds: how long the other side may take to answer the end. */
  readonly shutdownSeconds: number;
}

let defaultContext: SSLContext | null = null;

/**
 * The TLS plan of a client's options; `null` for none.
 *
 * @param host - what the name defaults to
 * @throws {ValueError} for options that contradict each other
 * @throws {TypeError} for options of the wrong type
 */
export function checkClientTls(
  options: TlsTimeouts & { ssl?: unknown; serverHostname?: string | null | undefined },
  host: string | null,
  missingName: string,
): TlsPlan | null {
  const { ssl } = options;
  const serverHostname = options.serverHostname ?? null;
  if (serverHostname !== null) checkString(serverHostname, 'serverHostname');
  if (ssl === null || ssl === undefined || ssl === false) {
    if (serverHostname !== null) throw new ValueError('serverHostname is only meaningful with ssl');
    checkNoTimeouts(options);
    return null;
  }
  if (ssl !== true && !isSSLContext(ssl)) throw typeError('ssl', 'an SSLContext, true or false', ssl);
  requireTls();
  if (serverHostname === null && !host) throw new ValueError(missingName);
  const name =
    serverHostname === null
      ? toServerName(host as string, 'host')
      : toServerName(serverHostname, 'serverHostname');
  defaultContext ??= createDefaultContext();
  const context = ssl === true ? defaultContext : ssl;
  return {
    context,
    serverSide: false,
    serverHostname: name,
    ...checkTimeouts(options),
  };
}

/**
 * The TLS plan of a server's options; `null` for none.
 *
 * @throws {ValueError} for time-outs without `ssl`
 * @throws {TypeError} unless `ssl` is a context
 */
export function checkServerTls(options: TlsTimeouts & { ssl?: unknown }): TlsPlan | null {
  const { ssl } = options;
  if (ssl === null || ssl === undefined) {
    checkNoTimeouts(options);
    return null;
  }
  if (!isSSLContext(ssl)) throw typeError('ssl', 'an SSLContext or null', ssl);
  requireTls();
  return { context: ssl, serverSide: true, serverHostname: '', ...checkTimeouts(options) };
}

/** @throws {ValueError} when there are time-outs */
function checkNoTimeouts(options: TlsTimeouts): void {
  for (const name of ['sslHandshakeTimeout', 'sslShutdownTimeout'] as const) {
    const value = options[name];
    if (value !== null && value !== undefined) throw new ValueError(`${name} is only meaningful with ssl`);
  }
}

/** @throws {ValueError} unless both are positive */
export function checkTimeouts(options: TlsTimeouts): { handshakeSeconds: number; shutdownSeconds: number } {
  return {
    handshakeSeconds: checkPositive(options.sslHandshakeTimeout, 'sslHandshakeTimeout') ?? HANDSHAKE_SECONDS,
    shutdownSeconds: checkPositive(options.sslShutdownTimeout, 'sslShutdownTimeout') ?? SHUTDOWN_SECONDS,
  };
}

function checkPositive(value: unknown, name: string): number | null {
  if (value === null || value === undefined) return null;
  const seconds = checkSeconds(value, name);
  if (seconds <= 0) throw new ValueError(`${name} should be a positive number, got ${seconds}`);
  return seconds;
}

/**
 * Refuses TLS where a handshake would never end, before anything is opened.
 *
 * @throws {NotImplementedError} on Deno, whose `tls.TLSSocket` reads nothing from a socket that exists already
 */
export function requireTls(): void {
  if ('Deno' in globalThis) {
    throw new NotImplementedError(
      'TLS is not possible on Deno: its tls.TLSSocket reads nothing from a socket that exists already',
    );
  }
}
