import {
  type AbstractFuture,
  type CreateUnixConnectionOptions,
  type ProtocolFactory,
  type StreamProtocolLike,
  type Transport,
  ValueError,
} from '@bight/loop-abstract';
import { checkCallback, checkOptions } from '@bight/loop-abstract/validate';
import { coroutine } from '@bight/loop-core';
import { checkOpen, type Network } from '../driver/network.js';
import type { SocketChannel } from '../driver/socket-channel.js';
import { checkClientTls } from '../tls/tls-plan.js';
import { checkPipeName } from '../unix/check-pipe-name.js';
import { checkUnixSocket } from '../unix/check-unix-socket.js';
import { checkUnixPath } from '../unix/unix-path.js';
import { makeConnection } from './make-connection.js';

const OPTIONS = [
  'path',
  'sock',
  'ssl',
  'serverHostname',
  'sslHandshakeTimeout',
  'sslShutdownTimeout',
] as const;

/** `loop.createUnixConnection()`. */
export function createUnixConnection<P extends StreamProtocolLike>(
  net: Network,
  protocolFactory: ProtocolFactory<P>,
  givenOptions: CreateUnixConnectionOptions,
): AbstractFuture<[Transport, P]> {
  checkOpen(net);
  checkCallback(protocolFactory, 'protocolFactory');
  const options = checkOptions(givenOptions, OPTIONS);
  const sock = options.sock ?? null;
  const path = options.path ?? null;
  const plan = checkClientTls(options, null, 'you have to pass serverHostname when using ssl');
  if (path !== null && sock !== null) {
    throw new ValueError('path and sock can not be specified at the same time');
  }
  if (path === null && sock === null) throw new ValueError('no path and sock were specified');
  if (sock !== null) checkUnixSocket(sock);
  const address = path === null ? null : checkUnixPath(path, 'path');
  if (address !== null && (net.driver.hasSocketFiles ?? true)) checkPipeName(address, 'path');
  return coroutine(
    net.loop,
    function* () {
      const channel = address === null ? net.driver.adoptStream(sock) : yield* connectUnix(net, address);
      return yield* makeConnection(net, channel, protocolFactory, plan);
    },
    { keepsContext: true },
  );
}

function* connectUnix(net: Network, path: string): Generator<unknown, SocketChannel, unknown> {
  const connected = net.loop.createFuture<SocketChannel>();
  let opened: SocketChannel | null = null;
  const attempt = net.driver.connect({ path }, null, (error, channel) => {
    if (connected.done()) {
      // Cancelled in the callback, or in the turn, in which the attempt settled.
      channel?.close();
      return;
    }
    opened = channel;
    if (error !== null) connected.setException(error);
    else connected.setResult(channel as SocketChannel);
  });
  try {
    const channel = yield* connected;
    opened = null;
    return channel;
  } finally {
    attempt.cancel();
    (opened as SocketChannel | null)?.close();
  }
}
