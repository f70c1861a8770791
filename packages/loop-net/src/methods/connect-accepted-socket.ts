import type {
  AbstractFuture,
  ConnectAcceptedSocketOptions,
  ProtocolFactory,
  StreamProtocolLike,
  StreamSocketSource,
  Transport,
} from '@bight/loop-abstract';
import { checkCallback, checkOptions } from '@bight/loop-abstract/validate';
import { coroutine } from '@bight/loop-core';
import { checkOpen, type Network } from '../driver/network.js';
import { checkServerTls } from '../tls/tls-plan.js';
import { makeConnection } from './make-connection.js';

/** `loop.connectAcceptedSocket()`. */
export function connectAcceptedSocket<P extends StreamProtocolLike>(
  net: Network,
  protocolFactory: ProtocolFactory<P>,
  sock: StreamSocketSource,
  givenOptions?: ConnectAcceptedSocketOptions | null,
): AbstractFuture<[Transport, P]> {
  checkOpen(net);
  checkCallback(protocolFactory, 'protocolFactory');
  const plan = checkServerTls(
    checkOptions(givenOptions, ['ssl', 'sslHandshakeTimeout', 'sslShutdownTimeout']),
  );
  return coroutine(net.loop, () => makeConnection(net, net.driver.adoptStream(sock), protocolFactory, plan), {
    keepsContext: true,
  });
}
