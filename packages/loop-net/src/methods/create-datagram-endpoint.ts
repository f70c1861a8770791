import {
  type AbstractFuture,
  type Address,
  type CreateDatagramEndpointOptions,
  type DatagramProtocolLike,
  type DatagramTransport,
  type InetAddress,
  type ProtocolFactory,
  ValueError,
} from '@bight/loop-abstract';
import { checkCallback, checkInteger, checkOptions } from '@bight/loop-abstract/validate';
import { coroutine } from '@bight/loop-core';
import { AF_UNIX, SOCK_DGRAM } from '../addresses/constants.js';
import { checkInetAddress } from '../addresses/inet-address.js';
import { resolveEndpoint } from '../addresses/resolve.js';
import type { DatagramChannel } from '../driver/datagram-channel.js';
import type { Completion } from '../driver/net-driver.js';
import { checkOpen, type Network } from '../driver/network.js';
import { kStart } from '../internals.js';
import { DatagramSocketTransport } from '../transports/datagram-transport.js';
import { checkUnixPath } from '../unix/unix-path.js';
import { checkProtocol } from './check-arguments.js';

/** What both ends may be, family by family. */
interface Candidate {
  family: number;
  proto: number;
  local: Address | null;
  remote: Address | null;
}

interface Request {
  localAddr: Address | null;
  remoteAddr: Address | null;
  family: number;
  proto: number;
  flags: number;
  reusePort: boolean;
  allowBroadcast: boolean;
}

const OPTIONS = [
  'localAddr',
  'remoteAddr',
  'family',
  'proto',
  'flags',
  'reusePort',
  'allowBroadcast',
  'sock',
] as const;

/** `loop.createDatagramEndpoint()`. */
export function createDatagramEndpoint<P extends DatagramProtocolLike>(
  net: Network,
  protocolFactory: ProtocolFactory<P>,
  givenOptions: CreateDatagramEndpointOptions,
): AbstractFuture<[DatagramTransport, P]> {
  checkOpen(net);
  checkCallback(protocolFactory, 'protocolFactory');
  if ('reuseAddress' in (givenOptions ?? {})) {
    throw new TypeError('reuseAddress is not supported by createDatagramEndpoint(): use reusePort');
  }
  const options = checkOptions(givenOptions, OPTIONS);
  const sock = options.sock ?? null;
  const request = checkRequest(options);
  if (sock !== null) checkNothingBeside(options);
  else if (request.localAddr === null && request.remoteAddr === null && request.family === 0) {
    throw new ValueError('unexpected address family');
  }
  return coroutine(
    net.loop,
    function* () {
      if (sock !== null) {
        const adopted = yield* opening(net, (opened) => net.driver.adoptDatagram(sock, opened));
        return yield* makeEndpoint(net, adopted, protocolFactory, null);
      }
      const { channel, remote } = yield* openFirst(net, request);
      return yield* makeEndpoint(net, channel, protocolFactory, remote);
    },
    { keepsContext: true },
  );
}

function checkRequest(options: Partial<CreateDatagramEndpointOptions>): Request {
  const isUnix = options.family === AF_UNIX;
  const checkAddress = (value: unknown, name: string) => {
    if (value === null || value === undefined) return null;
    return isUnix ? checkUnixPath(value, name) : checkInetAddress(value, name);
  };
  return {
    localAddr: checkAddress(options.localAddr, 'localAddr'),
    remoteAddr: checkAddress(options.remoteAddr, 'remoteAddr'),
    family: checkInteger(options.family ?? 0, 'family'),
    proto: checkInteger(options.proto ?? 0, 'proto'),
    flags: checkInteger(options.flags ?? 0, 'flags'),
    reusePort: Boolean(options.reusePort),
    allowBroadcast: Boolean(options.allowBroadcast),
  };
}

function checkNothingBeside({ sock: _, ...others }: Partial<CreateDatagramEndpointOptions>): void {
  const problems = Object.entries(others).filter(([, value]) => Boolean(value));
  if (problems.length === 0) return;
  const shown = problems.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ');
  throw new ValueError(
    `socket modifier keyword arguments can not be used when sock is specified. (${shown})`,
  );
}

/** Opens a socket for the first family that works; when none does, the first error is thrown. */
function* openFirst(
  net: Network,
  request: Request,
): Generator<unknown, { channel: DatagramChannel; remote: Address | null }, unknown> {
  const { reusePort, allowBroadcast } = request;
  const errors: unknown[] = [];
  for (const candidate of yield* candidates(net, request)) {
    try {
      const options = { ...candidate, reusePort, allowBroadcast };
      const channel = yield* opening(net, (opened) => net.driver.openDatagram(options, opened));
      return { channel, remote: candidate.remote };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      errors.push(error);
    }
  }
  throw errors[0];
}

function* candidates(net: Network, request: Request): Generator<unknown, Candidate[], unknown> {
  const { localAddr, remoteAddr, family, proto } = request;
  if (family === AF_UNIX || (localAddr === null && remoteAddr === null)) {
    return [{ family, proto, local: localAddr, remote: remoteAddr }];
  }
  const found = new Map<string, Candidate>();
  for (const end of ['local', 'remote'] as const) {
    const address = (end === 'local' ? localAddr : remoteAddr) as InetAddress | null;
    if (address === null) continue;
    for (const info of yield* resolveEndpoint(net.loop, address, { ...request, type: SOCK_DGRAM })) {
      const key = `${info.family}/${info.proto}`;
      const candidate = found.get(key) ?? {
        family: info.family,
        proto: info.proto,
        local: null,
        remote: null,
      };
      candidate[end] = info.sockaddr;
      found.set(key, candidate);
    }
  }
  const usable = [...found.values()].filter(
    ({ local, remote }) => (local !== null || localAddr === null) && (remote !== null || remoteAddr === null),
  );
  if (usable.length === 0) throw new ValueError('can not get address information');
  return usable;
}

/** Waits until a socket is open; one that comes after a cancel is closed. */
function* opening(
  net: Network,
  open: (opened: Completion<DatagramChannel>) => void,
): Generator<unknown, DatagramChannel, unknown> {
  const ready = net.loop.createFuture<void>();
  let channel: DatagramChannel | null = null;
  let isAbandoned = false;
  open((error, made) => {
    if (isAbandoned) made?.close();
    channel = made;
    if (ready.done()) return;
    if (error !== null) ready.setException(error);
    else ready.setResult(undefined);
  });
  try {
    yield* ready;
    return channel as unknown as DatagramChannel;
  } catch (error) {
    isAbandoned = true;
    (channel as DatagramChannel | null)?.close();
    throw error;
  }
}

function* makeEndpoint<P extends DatagramProtocolLike>(
  net: Network,
  channel: DatagramChannel,
  protocolFactory: ProtocolFactory<P>,
  remote: Address | null,
): Generator<unknown, [DatagramTransport, P], unknown> {
  let protocol: P;
  try {
    protocol = checkProtocol(protocolFactory());
  } catch (error) {
    channel.close();
    throw error;
  }
  const waiter = net.loop.createFuture<void>();
  const transport = new DatagramSocketTransport(net.loop, channel, protocol, remote);
  transport[kStart](waiter);
  try {
    yield* waiter;
  } catch (error) {
    transport.close();
    throw error;
  }
  return [transport, protocol];
}
