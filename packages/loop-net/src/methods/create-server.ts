import {
  type AbstractEventLoop,
  type AbstractFuture,
  type AbstractServer,
  type AddrInfo,
  type CreateServerOptions,
  type InetAddress,
  type ProtocolFactory,
  type StreamProtocolLike,
  ValueError,
} from '@bight/loop-abstract';
import {
  checkCallback,
  checkInteger,
  checkOptions,
  checkString,
  typeError,
  valueError,
} from '@bight/loop-abstract/validate';
import { coroutine, wrapFuture } from '@bight/loop-core';
import { AI_PASSIVE, SOCK_STREAM } from '../addresses/constants.js';
import { resolveEndpoint } from '../addresses/resolve.js';
import type { BindOptions, Listener } from '../driver/net-driver.js';
import { checkOpen, type Network } from '../driver/network.js';
import { explainAddressInUse } from '../errors/address-in-use.js';
import { checkServerTls } from '../tls/tls-plan.js';
import { checkPort } from './check-arguments.js';
import { listenerSource } from './listener-source.js';
import { Server } from './server.js';

const OPTIONS = [
  'host',
  'port',
  'family',
  'flags',
  'sock',
  'backlog',
  'ssl',
  'reuseAddress',
  'reusePort',
  'keepAlive',
  'startServing',
  'sslHandshakeTimeout',
  'sslShutdownTimeout',
] as const;

interface Place {
  hosts: (string | null)[];
  port: number | string | null;
  family: number;
  flags: number;
}

/** `loop.createServer()`. */
export function createServer(
  net: Network,
  protocolFactory: ProtocolFactory<StreamProtocolLike>,
  givenOptions?: CreateServerOptions | null,
): AbstractFuture<AbstractServer> {
  checkOpen(net);
  checkCallback(protocolFactory, 'protocolFactory');
  const options = checkOptions(givenOptions, OPTIONS);
  const sock = options.sock ?? null;
  const place = checkPlace(options);
  if (place !== null && sock !== null) {
    throw new ValueError('host/port and sock can not be specified at the same time');
  }
  if (place === null && sock === null) throw new ValueError('Neither host/port nor sock were specified');
  const bindOptions: BindOptions = {
    reuseAddress: options.reuseAddress ?? null,
    reusePort: Boolean(options.reusePort),
    keepAlive: Boolean(options.keepAlive),
  };
  const plan = checkServerTls(options);
  const backlog = checkInteger(options.backlog ?? 100, 'backlog', { min: 0 });
  return coroutine(
    net.loop,
    function* () {
      const listeners =
        place === null ? [net.driver.adoptListener(sock)] : yield* bindAll(net, place, bindOptions);
      const server = new Server(net, { listeners, protocolFactory, backlog, plan });
      if (options.startServing ?? true) yield* startOrClose(server);
      return server;
    },
    { keepsContext: true },
  );
}

/** Starts a new server; one that cannot start, or is cancelled, leaves nothing behind. */
export function* startOrClose(server: Server): Generator<unknown, void, unknown> {
  try {
    yield* server.startServing();
  } catch (error) {
    server.close();
    throw error;
  }
}

function checkPlace(options: Partial<CreateServerOptions>): Place | null {
  const port = checkPort(options.port);
  const hosts = checkHosts(options.host);
  const family = checkInteger(options.family ?? 0, 'family');
  const flags = checkInteger(options.flags ?? AI_PASSIVE, 'flags');
  if (hosts === null && port === null) return null;
  return { hosts: hosts ?? [null], port: port ?? 0, family, flags };
}

function checkHosts(host: unknown): (string | null)[] | null {
  if (host === null || host === undefined) return null;
  if (host === '') return [null];
  if (typeof host === 'string') return [host];
  if (typeof host !== 'object' || !(Symbol.iterator in host)) {
    throw typeError('host', 'a string, several strings or null', host);
  }
  const hosts = [...(host as Iterable<unknown>)];
  if (hosts.length === 0) throw valueError('host', 'at least one host', host);
  return hosts.map((one) => (one === '' ? null : checkString(one, 'one of host')));
}

function* bindAll(net: Network, place: Place, options: BindOptions): Generator<unknown, Listener[], unknown> {
  const infos = yield* resolveAll(net, place);
  const source = listenerSource();
  const listeners: Listener[] = [];
  const unusable: Error[] = [];
  try {
    for (const info of infos) {
      try {
        listeners.push(
          source === null ? net.driver.bind(info, options) : yield* supplied(net, source(info, options)),
        );
      } catch (error) {
        unusable.push(checkUnusable(error as NodeJS.ErrnoException, info));
      }
    }
    if (listeners.length === 0) throw unusable[0];
  } catch (error) {
    for (const listener of listeners) listener.close();
    throw error;
  }
  return listeners;
}

/** A listener on a socket that another part of the program, or another process, has bound. */
function* supplied(net: Network, socket: PromiseLike<unknown>): Generator<unknown, Listener, unknown> {
  return net.driver.adoptListener(yield* wrapFuture(socket, { loop: net.loop as AbstractEventLoop }));
}

/** Every address of every host, each once. */
function* resolveAll(
  net: Network,
  { hosts, port, family, flags }: Place,
): Generator<unknown, AddrInfo[], unknown> {
  const filter = { family, type: SOCK_STREAM, proto: 0, flags };
  const found = new Map<string, AddrInfo>();
  for (const host of hosts) {
    for (const info of yield* resolveEndpoint(net.loop, { host, port }, filter))
      found.set(describe(info), info);
  }
  return [...found.values()];
}

/** An address of a family that the machine lacks is skipped as long as there is another; other errors are thrown. */
function checkUnusable(error: NodeJS.ErrnoException, info: AddrInfo): Error {
  explainAddressInUse(error);
  if (error.syscall === 'bind') {
    error.message = `error while attempting to bind on address ${describe(info)}: ${error.message}`;
  }
  if (error.code === 'EAFNOSUPPORT' || error.code === 'EADDRNOTAVAIL') return error;
  throw error;
}

function describe({ sockaddr }: AddrInfo): string {
  const { host, port, scopeId } = sockaddr as InetAddress;
  const scope = scopeId ? `%${scopeId}` : '';
  return host.includes(':') ? `[${host}${scope}]:${port}` : `${host}:${port}`;
}
