import type { Protocol, Transport } from '@bight/loop-abstract';
import type { WriterProtocol } from './flow-control.js';

/** A protocol of streams whose connection can be upgraded to TLS. */
export interface UpgradableProtocol extends Pick<Protocol, 'dataReceived' | 'connectionLost'> {
  /** Whether this is the serving side of its connection. */
  readonly isServerSide: boolean;
  /** Takes note of the transport above the old one. */
  replaceTransport(transport: Transport): void;
}

/** Whether a writer's protocol is that of a connection. */
export function isUpgradable(protocol: WriterProtocol): protocol is WriterProtocol & UpgradableProtocol {
  return typeof (protocol as Partial<UpgradableProtocol>).replaceTransport === 'function';
}
