import type { ProtocolFactory, StreamProtocolLike, Transport } from '@bight/loop-abstract';
import { checkProtocol } from './check-protocol.js';
import type { StreamChannel } from './driver/stream-channel.js';
import type { Network } from './network.js';
import { StreamTransport } from './transports/stream-transport.js';

/** Couples a connected channel with a new protocol, and waits until that has been told. */
export function* makeConnection<P extends StreamProtocolLike>(
  net: Network,
  channel: StreamChannel,
  protocolFactory: ProtocolFactory<P>,
): Generator<unknown, [Transport, P], unknown> {
  let protocol: P;
  try {
    protocol = checkProtocol(protocolFactory());
  } catch (error) {
    channel.close();
    throw error;
  }
  const waiter = net.loop.createFuture<void>();
  const transport = new StreamTransport({ loop: net.loop, channel, protocol, owner: null });
  transport._start(waiter);
  try {
    yield* waiter;
  } catch (error) {
    transport.close();
    throw error;
  }
  return [transport, protocol];
}
