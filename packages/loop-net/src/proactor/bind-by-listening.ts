import net from 'node:net';
import type { Address, InetAddress } from '@bight/loop-abstract';
import { AF_INET6 } from '../addresses/constants.js';
import { joinScope } from '../addresses/scope.js';
import type { BindOptions, StreamAddress } from '../driver/net-driver.js';
import { explainAddressInUse } from '../errors/address-in-use.js';
import type { ChannelEnvironment } from '../node/channel-environment.js';
import { nodeAddress } from '../node/node-stream-socket.js';
import { checkBindOptions } from './bind.js';
import { NodeListener } from './node-listener.js';
import { NodeListeningSocket } from './node-listening-socket.js';

/**
 * Binds by what `node:net` documents, where there is no way to bind without listening (Bun, `setNodeInternals(false)`):
 * the server listens at once, with the system's backlog, and connections that come before the loop's server starts to
 * serve wait for it. An error of the system is reported when it starts.
 *
 * @throws {NotImplementedError} for options that `node:net` does not have
 */
export function bindByListening(
  environment: ChannelEnvironment,
  address: StreamAddress,
  options: BindOptions,
): NodeListener {
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true });
  const early: net.Socket[] = [];
  const keep = (socket: net.Socket): void => void early.push(socket);
  let failure: Error | null = null;
  const fail = (error: Error): void => {
    failure = error;
  };
  server.on('connection', keep);
  server.on('error', explainAddressInUse);
  server.on('error', fail);
  server.listen(listenOptions(address, options));
  server.unref();
  const socket = new NodeListeningSocket({
    get name(): Address {
      return nameOf(server, address);
    },
    keepAlive: options.keepAlive,
    reusePort: options.reusePort,
    fileno: () => -1,
    isListening: () => server.listening,
  });
  return new NodeListener(environment, {
    server,
    early,
    listen: () => {
      server.off('connection', keep);
      server.off('error', fail);
      if (failure !== null) server.emit('error', failure);
    },
    // A server that does not listen yet is about to.
    discard: () => void server.on('listening', () => server.close()),
    socket,
    keepAlive: options.keepAlive,
    isUnix: 'path' in address,
  });
}

function listenOptions(address: StreamAddress, options: BindOptions): net.ListenOptions {
  if ('path' in address) return { path: address.path };
  checkBindOptions(options);
  const { host, port, scopeId } = address.sockaddr as InetAddress;
  const isV6 = address.family === AF_INET6;
  // Not through the primary of a cluster, which would share ports by rules of its own.
  const { reusePort } = options;
  return { host: joinScope(host, scopeId), port, ipv6Only: isV6, exclusive: true, reusePort };
}

function nameOf(server: net.Server, address: StreamAddress): Address {
  if ('path' in address) return address.path;
  const found = server.address();
  if (found === null || typeof found === 'string') return address.sockaddr as InetAddress;
  return nodeAddress(found.address, found.port);
}
