import {
  type AbstractFuture,
  type AddrInfo,
  type CreateConnectionOptions,
  type InetAddress,
  type ProtocolFactory,
  type StreamProtocolLike,
  type Transport,
  ValueError,
} from '@bight/loop-abstract';
import {
  checkCallback,
  checkInteger,
  checkOptions,
  checkSeconds,
  checkString,
} from '@bight/loop-abstract/validate';
import { coroutine } from '@bight/loop-core';
import { SOCK_STREAM } from '../addresses/constants.js';
import { checkInetAddress } from '../addresses/inet-address.js';
import { interleave } from '../addresses/interleave.js';
import { resolveEndpoint } from '../addresses/resolve.js';
import { checkOpen, type Network } from '../driver/network.js';
import type { SocketChannel } from '../driver/socket-channel.js';
import { checkClientTls } from '../tls/tls-plan.js';
import { checkPort } from './check-arguments.js';
import { ConnectRace } from './connect-race.js';
import { makeConnection } from './make-connection.js';

const OPTIONS = [
  'host',
  'port',
  'ssl',
  'family',
  'proto',
  'flags',
  'sock',
  'localAddr',
  'serverHostname',
  'happyEyeballsDelay',
  'interleave',
  'allErrors',
  'sslHandshakeTimeout',
  'sslShutdownTimeout',
] as const;

interface Target {
  host: string | null;
  port: number | string | null;
  family: number;
  proto: number;
  flags: number;
  localAddr: InetAddress | null;
  happyEyeballsDelay: number | null;
  interleaveCount: number;
  allErrors: boolean;
}

/** `loop.createConnection()`. */
export function createConnection<P extends StreamProtocolLike>(
  net: Network,
  protocolFactory: ProtocolFactory<P>,
  givenOptions: CreateConnectionOptions,
): AbstractFuture<[Transport, P]> {
  checkOpen(net);
  checkCallback(protocolFactory, 'protocolFactory');
  const options = checkOptions(givenOptions, OPTIONS);
  const sock = options.sock ?? null;
  const target = checkTarget(options);
  const plan = checkClientTls(
    options,
    target?.host ?? null,
    'You must set serverHostname when using ssl without a host',
  );
  if (target !== null && sock !== null) {
    throw new ValueError('host/port and sock can not be specified at the same time');
  }
  if (target === null && sock === null) {
    throw new ValueError('host and port was not specified and no sock specified');
  }
  return coroutine(
    net.loop,
    function* () {
      const channel = target === null ? net.driver.adoptStream(sock) : yield* connectAny(net, target);
      return yield* makeConnection(net, channel, protocolFactory, plan, target?.host);
    },
    { keepsContext: true },
  );
}

function checkTarget(options: Partial<CreateConnectionOptions>): Target | null {
  const host = options.host ?? null;
  const port = checkPort(options.port);
  const delay = options.happyEyeballsDelay ?? null;
  const target: Target = {
    host: host === null ? null : checkString(host, 'host'),
    port,
    family: checkInteger(options.family ?? 0, 'family'),
    proto: checkInteger(options.proto ?? 0, 'proto'),
    flags: checkInteger(options.flags ?? 0, 'flags'),
    localAddr: options.localAddr ? checkInetAddress(options.localAddr, 'localAddr') : null,
    happyEyeballsDelay: delay === null ? null : checkSeconds(delay, 'happyEyeballsDelay'),
    interleaveCount: checkInteger(options.interleave ?? (delay === null ? 0 : 1), 'interleave', { min: 0 }),
    allErrors: Boolean(options.allErrors),
  };
  return host === null && port === null ? null : target;
}

function* connectAny(net: Network, target: Target): Generator<unknown, SocketChannel, unknown> {
  const { family, proto, flags, localAddr } = target;
  const filter = { family, type: SOCK_STREAM, proto, flags };
  let infos: AddrInfo[] = yield* resolveEndpoint(net.loop, target, filter);
  const locals = localAddr === null ? null : yield* resolveEndpoint(net.loop, localAddr, filter);
  if (target.interleaveCount > 0) infos = interleave(infos, target.interleaveCount);
  const race = new ConnectRace(net, infos, { delaySeconds: target.happyEyeballsDelay, locals });
  try {
    yield* race.winner;
    const channel = race.take();
    if (channel === null) throw combine(race.errors, target.allErrors);
    return channel;
  } finally {
    race.stop();
  }
}

/** One error for the failures of all attempts, as asyncio combines them. */
function combine(errors: Error[], allErrors: boolean): Error {
  if (allErrors) return new AggregateError(errors, 'create_connection failed');
  const [first] = errors as [NodeJS.ErrnoException, ...NodeJS.ErrnoException[]];
  if (errors.every(({ message }) => message === first.message)) return first;
  const messages = errors.map(({ message }) => message).join(', ');
  const combined: NodeJS.ErrnoException = new Error(`Multiple exceptions: ${messages}`, {
    cause: new AggregateError(errors),
  });
  // Usually the attempts failed alike, and programs check the code.
  if (errors.every(({ code }: NodeJS.ErrnoException) => code === first.code)) {
    combined.code = first.code;
    combined.errno = first.errno;
    combined.syscall = first.syscall;
  }
  return combined;
}
