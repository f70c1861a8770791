import type { SSLContextLike } from '@bight/loop-abstract';

/** Where to connect to, and the other settings of a client for a connection. The names are Node's. */
export interface ConnectOptions {
  readonly host?: string | null;
  readonly hostname?: string | null;
  readonly port?: number | string | null;
  /** A Unix socket. */
  readonly path?: string | null;
  readonly localAddress?: string | null;
  readonly localPort?: number | null;
  readonly family?: number | string | null;
  readonly servername?: string | null;
  readonly ALPNProtocols?: unknown;
  readonly timeout?: number | null;
  readonly noDelay?: boolean | null;
  readonly keepAlive?: boolean | null;
  readonly keepAliveInitialDelay?: number | null;
  readonly allowHalfOpen?: boolean | null;
  readonly signal?: AbortSignal | null;
  readonly [name: string]: unknown;
}

/** Where a connection goes to. */
export interface Target {
  readonly options: ConnectOptions;
  /** The settings of TLS; `null` for none. */
  readonly context: SSLContextLike | null;
}

/**
 * The arguments of `net.connect()` in one form: `(options)`, `(path)`, `(port, host)`, each with a listener behind it.
 *
 * @throws {TypeError} for anything else
 */
export function connectOptionsOf(args: readonly unknown[]): ConnectOptions {
  const [first, second] = args;
  if (typeof first === 'object' && first !== null) return first as ConnectOptions;
  const isPort = typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first));
  if (isPort) return { port: first as number | string, host: typeof second === 'string' ? second : null };
  if (typeof first === 'string') return { path: first };
  throw new TypeError('connect() takes options with port or path, or a path, or a port and a host');
}

/** The options of a client that speaks HTTP, whose `path` is that of a URL. */
export function withoutUrlPath(given: ConnectOptions & { socketPath?: string | null }): ConnectOptions {
  return { ...given, path: given.socketPath ?? null };
}
