import type { ProtocolFactory, StreamProtocolLike, Transport } from '@bight/loop-abstract';
import { StreamTransport, type TransportOwner } from '@bight/loop-core/low-level';
import type { Network } from '../driver/network.js';
import type { SocketChannel } from '../driver/socket-channel.js';
import type { TlsPlan } from '../tls/tls-plan.js';
import { SocketCore } from '../transports/socket-core.js';
import { TlsCore } from '../transports/tls-core.js';
import { checkProtocol } from './check-arguments.js';

/**
 * Couples a connected channel with a new protocol, and waits until that has its transport.
 *
 * @param hostName - what the connection was made to, if it has a name
 */
export function* makeConnection<P extends StreamProtocolLike>(
  net: Network,
  channel: SocketChannel,
  protocolFactory: ProtocolFactory<P>,
  plan: TlsPlan | null,
  hostName: string | null = null,
): Generator<unknown, [Transport, P], unknown> {
  const protocol = makeProtocol(channel, protocolFactory);
  const waiter = net.loop.createFuture<void>();
  const core = makeCore(net, channel, protocol, plan, null);
  core.hostName = hostName;
  const transport = new StreamTransport(core);
  core.start(waiter);
  try {
    yield* waiter;
  } catch (error) {
    transport.close();
    throw error;
  }
  return [transport, protocol];
}

/** Calls a protocol factory; when that fails the channel is closed. */
export function makeProtocol<P extends StreamProtocolLike>(
  channel: SocketChannel,
  protocolFactory: ProtocolFactory<P>,
): P {
  try {
    return checkProtocol(protocolFactory());
  } catch (error) {
    channel.close();
    throw error;
  }
}

/** Makes the inner object of a transport on a channel, with TLS where there is a plan for it. */
export function makeCore(
  { loop, driver }: Network,
  channel: SocketChannel,
  protocol: StreamProtocolLike,
  plan: TlsPlan | null,
  owner: TransportOwner | null,
): SocketCore {
  if (plan === null) return new SocketCore({ loop, channel, protocol, owner });
  const secured = driver.secure(channel, null, plan);
  return new TlsCore({ loop, channel: secured, plan, protocol, owner, isUpgraded: false });
}
