import type { ProtocolFactory, StreamProtocolLike, Transport } from '@bight/loop-abstract';
import type { Network } from '../driver/network.js';
import type { StreamChannel } from '../driver/stream-channel.js';
import { kHostName, kStart } from '../internals.js';
import type { TlsPlan } from '../tls/tls-plan.js';
import { StreamTransport, type TransportOwner } from '../transports/stream-transport.js';
import { TlsTransport } from '../transports/tls-transport.js';
import { checkProtocol } from './check-protocol.js';

/**
 * Couples a connected channel with a new protocol, and waits until that has its transport.
 *
 * @param hostName what the connection was made to, if it has a name
 */
export function* makeConnection<P extends StreamProtocolLike>(
  net: Network,
  channel: StreamChannel,
  protocolFactory: ProtocolFactory<P>,
  plan: TlsPlan | null,
  hostName: string | null = null,
): Generator<unknown, [Transport, P], unknown> {
  const protocol = makeProtocol(channel, protocolFactory);
  const waiter = net.loop.createFuture<void>();
  const transport = makeTransport(net, channel, protocol, plan, null);
  transport[kHostName] = hostName;
  transport[kStart](waiter);
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
  channel: StreamChannel,
  protocolFactory: ProtocolFactory<P>,
): P {
  try {
    return checkProtocol(protocolFactory());
  } catch (error) {
    channel.close();
    throw error;
  }
}

/** Makes the transport of a channel, with TLS where there is a plan for it. */
export function makeTransport(
  { loop, driver }: Network,
  channel: StreamChannel,
  protocol: StreamProtocolLike,
  plan: TlsPlan | null,
  owner: TransportOwner | null,
): StreamTransport {
  if (plan === null) return new StreamTransport({ loop, channel, protocol, owner });
  const secured = driver.secure(channel, null, plan);
  return new TlsTransport({ loop, channel: secured, plan, protocol, owner, upgraded: false });
}
