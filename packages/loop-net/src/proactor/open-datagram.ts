import dgram, { type Socket, type SocketOptions } from 'node:dgram';
import { constants } from 'node:os';
import { type InetAddress, ValueError } from '@bight/loop-abstract';
import { type ErrorDetails, systemError } from '@bight/loop-abstract/system-error';
import { describeValue, typeError } from '@bight/loop-abstract/validate';
import { asError, enterFromHost } from '@bight/loop-core/low-level';
import { AF_INET, AF_INET6, AF_UNIX, IPPROTO_UDP, SOCK_DGRAM } from '../addresses/constants.js';
import { joinScope } from '../addresses/scope.js';
import type { DatagramChannel } from '../driver/datagram-channel.js';
import type { Completion, DatagramOptions } from '../driver/net-driver.js';
import { notOnProactor } from '../errors/not-on-proactor.js';
import type { ChannelEnvironment } from '../node/channel-environment.js';
import { type DetachableSocket, isDetachable } from './adopt.js';
import { nodeHasReusePort } from './bind.js';
import { inOneForm } from './in-one-form.js';
import { NodeDatagramChannel } from './node-datagram-channel.js';

/** Makes, binds and perhaps connects one of Node's datagram sockets. */
export function openDatagram(
  environment: ChannelEnvironment,
  options: DatagramOptions,
  opened: Completion<DatagramChannel>,
): void {
  if (options.family === AF_UNIX) {
    throw notOnProactor('Unix datagram sockets are');
  }
  if (options.reusePort && !nodeHasReusePort()) {
    throw notOnProactor('reusePort before Node 22.12 is');
  }
  const unknown = unknownKind(options);
  if (unknown !== null) {
    opened(unknown, null);
    return;
  }
  const socket = makeSocket(options.family, options.reusePort);
  const local = options.local as InetAddress | null;
  const remote = options.allowBroadcast ? null : (options.remote as InetAddress | null);
  const places = { bind: placeOf(local), connect: placeOf(remote) };
  const finish = finishOnce(environment, socket, options.allowBroadcast, (error, channel) =>
    opened(error === null ? null : inOneForm(error, places), channel),
  );
  const bound = () => {
    if (remote === null) finish(null);
    else connect(socket, remote, finish);
  };
  const address = local === null ? undefined : joinScope(local.host, local.scopeId);
  // Not shared among the workers of a cluster: every endpoint has a port of its own.
  attempt(finish, () => socket.bind({ port: local?.port ?? 0, address, exclusive: true }, bound));
}

/** The system's error for what it has no sockets of. Node knows two kinds, and would open one of these. */
function unknownKind({ family, proto }: DatagramOptions): Error | null {
  if (family !== AF_INET && family !== AF_INET6) return systemError(-constants.errno.EAFNOSUPPORT, 'socket');
  if (proto !== 0 && proto !== IPPROTO_UDP) return systemError(-constants.errno.EPROTONOSUPPORT, 'socket');
  return null;
}

function placeOf(address: InetAddress | null): ErrorDetails | null {
  return address === null ? null : { address: address.host, port: address.port };
}

/** The callback gets an error where there is one, whatever the types say. */
function connect(
  socket: Socket,
  { host, port, scopeId }: InetAddress,
  finish: (error: Error | null) => void,
): void {
  socket.connect(port, joinScope(host, scopeId), (error?: Error) => finish(error ?? null));
}

/** Takes over a datagram socket that the caller made. */
export function adoptDatagram(
  environment: ChannelEnvironment,
  sock: unknown,
  opened: Completion<DatagramChannel>,
): void {
  if (sock instanceof dgram.Socket) {
    const finish = finishOnce(environment, sock, false, opened);
    if (isBound(sock)) finish(null);
    else attempt(finish, () => sock.bind(0, () => finish(null)));
    return;
  }
  if (!isDetachable(sock)) throw typeError('sock', 'a socket of node:dgram or @bight/sockets', sock);
  if (sock.type !== SOCK_DGRAM) throw new ValueError(`A UDP Socket was expected, got ${describeValue(sock)}`);
  const socket = makeSocket(sock.family, false);
  const finish = finishOnce(environment, socket, false, opened);
  attempt(finish, () => bindDescriptor(socket, sock, () => finish(null)));
}

function bindDescriptor(socket: Socket, sock: DetachableSocket, bound: () => void): void {
  socket.bind({ fd: sock.detach() }, bound);
}

/**
 * Every host that the socket gets is a numeric address: there is nothing to look up, and no turn to wait.
 */
function makeSocket(family: number, reusePort: boolean): Socket {
  const lookup = (address: string, _: unknown, found: (error: null, address: string) => void) =>
    found(null, address);
  const options: SocketOptions & { reusePort?: boolean } = {
    type: family === AF_INET6 ? 'udp6' : 'udp4',
    lookup: lookup as SocketOptions['lookup'],
  };
  if (reusePort) options.reusePort = true;
  return dgram.createSocket(options);
}

/** What comes first, success or an error, decides. */
function finishOnce(
  environment: ChannelEnvironment,
  socket: Socket,
  allowBroadcast: boolean,
  opened: Completion<DatagramChannel>,
): (error: Error | null) => void {
  let isFinished = false;
  const finish = (error: Error | null) => {
    if (isFinished) return;
    isFinished = true;
    socket.removeListener('error', finish);
    let channel: NodeDatagramChannel | null = null;
    let failure = error;
    try {
      // Asks the system for the socket's name, for which it may have no room.
      if (error === null) channel = new NodeDatagramChannel(environment, socket, allowBroadcast);
    } catch (thrown) {
      failure = asError(thrown);
    }
    if (channel === null) {
      socket.on('error', () => {});
      socket.close();
    }
    enterFromHost(environment.loop, () => opened(failure, channel), undefined, undefined);
  };
  socket.on('error', finish);
  return finish;
}

function attempt(finish: (error: Error) => void, action: () => void): void {
  try {
    action();
  } catch (error) {
    finish(asError(error));
  }
}

function isBound(socket: Socket): boolean {
  try {
    socket.address();
    return true;
  } catch {
    return false;
  }
}
