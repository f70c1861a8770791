import {
  type AbstractFuture,
  type AbstractServer,
  type CreateUnixServerOptions,
  type ProtocolFactory,
  type StreamProtocolLike,
  ValueError,
} from '@bight/loop-abstract';
import { checkCallback, checkInteger, checkOptions } from '@bight/loop-abstract/validate';
import { coroutine } from '@bight/loop-core';
import type { Listener } from '../driver/net-driver.js';
import { checkOpen, type Network } from '../driver/network.js';
import { checkServerTls } from '../tls/tls-plan.js';
import { checkPipeName } from '../unix/check-pipe-name.js';
import { checkUnixSocket } from '../unix/check-unix-socket.js';
import { removeStaleSocket, SocketFile } from '../unix/socket-file.js';
import { checkUnixPath } from '../unix/unix-path.js';
import { startOrClose } from './create-server.js';
import { Server } from './server.js';

const OPTIONS = [
  'path',
  'sock',
  'backlog',
  'ssl',
  'cleanupSocket',
  'startServing',
  'sslHandshakeTimeout',
  'sslShutdownTimeout',
] as const;

/** `loop.createUnixServer()`. */
export function createUnixServer(
  net: Network,
  protocolFactory: ProtocolFactory<StreamProtocolLike>,
  givenOptions: CreateUnixServerOptions,
): AbstractFuture<AbstractServer> {
  checkOpen(net);
  checkCallback(protocolFactory, 'protocolFactory');
  const options = checkOptions(givenOptions, OPTIONS);
  const sock = options.sock ?? null;
  const path = options.path ?? null;
  const plan = checkServerTls(options);
  const backlog = checkInteger(options.backlog ?? 100, 'backlog', { min: 0 });
  if (path !== null && sock !== null) {
    throw new ValueError('path and sock can not be specified at the same time');
  }
  if (path === null && sock === null) throw new ValueError('path was not specified, and no sock specified');
  if (sock !== null) checkUnixSocket(sock);
  const address = path === null ? null : checkUnixPath(path, 'path');
  if (address !== null && hasSocketFiles(net)) checkPipeName(address, 'path');
  return coroutine(
    net.loop,
    function* () {
      const listener = address === null ? net.driver.adoptListener(sock) : yield* bindUnix(net, address);
      const cleansUp = (options.cleanupSocket ?? true) && hasSocketFiles(net);
      const file = cleansUp ? SocketFile.of(listener.socket.getsockname<string>()) : null;
      const server = new Server(net, { listeners: [listener], protocolFactory, backlog, plan, file });
      if (options.startServing ?? true) yield* startOrClose(server);
      return server;
    },
    { keepsContext: true },
  );
}

function* bindUnix(net: Network, path: string): Generator<unknown, Listener, unknown> {
  if (hasSocketFiles(net)) yield* removeStaleSocket(net, path);
  try {
    return net.driver.bind({ path }, { reuseAddress: null, reusePort: false, keepAlive: false });
  } catch (thrown) {
    const error = thrown as NodeJS.ErrnoException;
    if (error.code === 'EADDRINUSE')
      error.message = `${error.message}: Address ${JSON.stringify(path)} is already in use`;
    throw error;
  }
}

/** Whether paths have to do with the file system. */
function hasSocketFiles({ driver }: Network): boolean {
  return driver.hasSocketFiles ?? true;
}
