import type { Buffer } from 'node:buffer';
import { BaseProtocol } from '../base-protocol.js';
import { shareAcrossCopies } from '../brand.js';

/**
 * A protocol over a stream of bytes. The calls come in this order: `connectionMade`, any number of `dataReceived`, at
 * most one `eofReceived`, `connectionLost`.
 *
 * The methods do nothing; override those that matter.
 *
 * @python asyncio.Protocol
 */
export class Protocol extends BaseProtocol {
  static {
    shareAcrossCopies(Protocol, 'Protocol');
  }

  /**
   * Called with bytes as they come in; how they are cut into pieces means nothing.
   *
   * @param data - at least one byte, which the protocol may keep
   * @python asyncio.Protocol.data_received()
   */
  dataReceived(data: Buffer): void;
  dataReceived(): void {}

  /**
   * Called when the other end has closed its sending half.
   *
   * @returns `true` to keep the connection open for sending; anything falsy closes it (TLS: it is closed anyway)
   * @python asyncio.Protocol.eof_received()
   */
  eofReceived(): boolean | null | undefined | void {}
}

/** Any object with some, or none, of the methods of a `Protocol`. */
export type ProtocolLike = Partial<Protocol>;
