import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { SSLContextLike, SSLContextOptions } from '@bight/loop-abstract';
import { asError } from '@bight/loop-core/low-level';
import { createDefaultContext, type DefaultContextOptions } from '@bight/loop-net';
import { CONTEXT_OPTIONS } from '@bight/loop-net/low-level';
import type { ConnectOptions } from './target.js';

let usual: SSLContextLike | null = null;

/**
 * The settings of TLS for a connection: those that the client asks for, in Node's names, or else the connector's.
 *
 * @param given - the connector's; `true` for the default client context
 */
export function contextFor(given: SSLContextLike | true, asked: ConnectOptions): SSLContextLike {
  const chosen: Record<string, unknown> = {};
  for (const name of CONTEXT_OPTIONS) {
    const value = asked[name];
    if (value !== undefined && value !== null) chosen[name] = value;
  }
  const { ALPNProtocols } = asked;
  if (Array.isArray(ALPNProtocols) && ALPNProtocols.every((name) => typeof name === 'string'))
    chosen.alpnProtocols = ALPNProtocols;
  if (Object.keys(chosen).length === 0) {
    if (given !== true) return given;
    usual ??= createDefaultContext();
    return usual;
  }
  const base = given === true ? {} : (given as { options?: DefaultContextOptions }).options;
  return createDefaultContext({ ...base, ...chosen } as DefaultContextOptions);
}

/** The name that the server's certificate must be for. */
export function serverNameOf({ servername, host, hostname }: ConnectOptions): string {
  const name = servername || host || hostname || 'localhost';
  return isIP(name) === 0 ? name.replace(/\.$/, '') : name;
}

/**
 * The options of `tls.connect()` for a client's context.
 *
 * @param serverHostname - what the certificate must be for; `''` for any name
 */
export function tlsOptionsOf(context: SSLContextLike, serverHostname: string): ConnectionOptions {
  const {
    alpnProtocols,
    checkHostname,
    checkServerIdentity: own,
    ...rest
  } = (context as { options: SSLContextOptions }).options;
  const isNamed = serverHostname !== '';
  const check = (certificate: PeerCertificate): Error | undefined => {
    if (own === undefined)
      return isNamed && checkHostname ? checkServerIdentity(serverHostname, certificate) : undefined;
    const problem = own(serverHostname, certificate);
    return problem === undefined || problem === null ? undefined : asError(problem);
  };
  return {
    ...rest,
    ...(alpnProtocols === undefined ? {} : { ALPNProtocols: [...alpnProtocols] }),
    host: serverHostname,
    servername: isNamed && isIP(serverHostname) === 0 ? serverHostname : '',
    checkServerIdentity: (_, certificate) => {
      try {
        return check(certificate);
      } catch (error) {
        return asError(error);
      }
    },
  };
}
