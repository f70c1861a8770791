import type { Buffer } from 'node:buffer';
import type { Address } from '../address.js';
import { BaseProtocol } from '../base-protocol.js';
import { shareAcrossCopies } from '../brand.js';

/**
 * A protocol over datagrams.
 *
 * The methods do nothing; override those that matter. A protocol that serves one family of addresses names it as the
 * type parameter: `DatagramProtocol<InetAddress>` for IPv4 and IPv6, or `DatagramProtocol<string>` for Unix sockets.
 *
 * @python asyncio.DatagramProtocol
 */
export class DatagramProtocol<A extends Address = Address> extends BaseProtocol {
  static {
    shareAcrossCopies(DatagramProtocol, 'DatagramProtocol');
  }

  /**
   * Called with each datagram, an empty one too.
   *
   * @param data - the datagram, which the protocol may keep
   * @param addr - where it comes from
   * @python asyncio.DatagramProtocol.datagram_received()
   */
  datagramReceived(data: Buffer, addr: A): void;
  datagramReceived(): void {}

  /**
   * Called when sending or receiving failed; the endpoint goes on.
   *
   * @param exception - the system's error, such as one with `code === 'ECONNREFUSED'` or `'EMSGSIZE'`
   * @python asyncio.DatagramProtocol.error_received()
   */
  errorReceived(exception: Error): void;
  errorReceived(): void {}
}

/** Any object with some, or none, of the methods of a `DatagramProtocol`. */
export type DatagramProtocolLike = Partial<DatagramProtocol>;
