import type { AbstractEventLoop, InetAddress, SSLContextLike } from '@bight/loop-abstract';
import {
  checkInteger,
  checkOptions,
  checkSeconds,
  checkString,
  typeError,
} from '@bight/loop-abstract/validate';
import { getRunningLoop } from '@bight/loop-core';
import { isSSLContext } from '@bight/loop-net/low-level';

/** What {@link connector} takes. */
export interface ConnectorOptions {
  /** The loop of the connections; by default the one that runs where `connector()` is called. */
  loop?: AbstractEventLoop | null;
  /**
   * In seconds: how long one address has before the next is tried beside it; 0.25 when not given, `Infinity` for one
   * after the other.
   */
  happyEyeballsDelay?: number | null;
  /** How many addresses of one family are tried before one of the other; 1 when not given. */
  interleave?: number | null;
  /** The address family, `AF_INET` or `AF_INET6`; any when not given. */
  family?: number | null;
  /** The address of this end. */
  localAddr?: InetAddress | null;
  /**
   * `true` or a context makes every form TLS, except that `.undici` follows the URL, `.httpAgent()` is plain and
   * `.httpsAgent()` TLS.
   */
  ssl?: SSLContextLike | boolean | null;
  /** The name that certificates must be for, in place of the host's. */
  serverHostname?: string | null;
  /** In seconds: how long a TLS handshake may take; 60 when not given. */
  sslHandshakeTimeout?: number | null;
}

/** The options of a connector, checked. */
export interface Settings {
  readonly loop: AbstractEventLoop;
  readonly happyEyeballsDelay: number | null;
  readonly interleave: number;
  readonly family: number;
  readonly localAddr: InetAddress | null;
  readonly ssl: SSLContextLike | true | null;
  readonly serverHostname: string | null;
  readonly sslHandshakeTimeout: number | null;
}

const OPTIONS = [
  'loop',
  'happyEyeballsDelay',
  'interleave',
  'family',
  'localAddr',
  'ssl',
  'serverHostname',
  'sslHandshakeTimeout',
] as const;
/** What RFC 8305 recommends, in seconds. */
const USUAL_DELAY = 0.25;

/**
 * Checks the options of a connector.
 *
 * @throws {TypeError} for unknown options and wrong types
 * @throws {RuntimeError} without `loop` outside of a running loop
 */
export function checkSettings(given: ConnectorOptions | null | undefined): Settings {
  const options = checkOptions(given, OPTIONS);
  const { ssl, serverHostname, sslHandshakeTimeout } = options;
  const isContext = ssl !== undefined && ssl !== null && typeof ssl !== 'boolean';
  if (isContext && !isSSLContext(ssl)) throw typeError('ssl', 'an SSLContext, true or false', ssl);
  const delay = checkSeconds(options.happyEyeballsDelay ?? USUAL_DELAY, 'happyEyeballsDelay');
  return {
    happyEyeballsDelay: delay === Number.POSITIVE_INFINITY ? null : delay,
    interleave: checkInteger(options.interleave ?? 1, 'interleave', { min: 0 }),
    family: checkInteger(options.family ?? 0, 'family'),
    localAddr: checkLocal(options.localAddr ?? null),
    ssl: ssl ? ssl : null,
    serverHostname:
      serverHostname === undefined || serverHostname === null
        ? null
        : checkString(serverHostname, 'serverHostname'),
    sslHandshakeTimeout:
      sslHandshakeTimeout === undefined || sslHandshakeTimeout === null
        ? null
        : checkSeconds(sslHandshakeTimeout, 'sslHandshakeTimeout'),
    loop: checkLoop(options.loop),
  };
}

function checkLocal(address: InetAddress | null): InetAddress | null {
  if (address !== null && typeof address?.host !== 'string')
    throw typeError('localAddr', 'an address { host, port }', address);
  return address;
}

function checkLoop(loop: AbstractEventLoop | null | undefined): AbstractEventLoop {
  if (loop === null || loop === undefined) return getRunningLoop();
  if (typeof (loop as Partial<AbstractEventLoop>).createConnection !== 'function')
    throw typeError('loop', 'an event loop', loop);
  return loop;
}
