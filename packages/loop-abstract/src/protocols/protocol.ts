import type { Buffer } from 'node:buffer';
import { shareAcrossCopies } from '../brand.js';
import { BaseProtocol } from './base-protocol.js';

/**
 * A protocol over a stream of bytes. The calls come in this order: `connectionMade`, any number of `dataReceived`, at
 * most one `eofReceived`, `connectionLost`.
 *
 * Stands for `asyncio.Protocol`. The methods do nothing; override those that matter.
 */
export class Protocol extends BaseProtocol {
  static {
    shareAcrossCopies(Protocol, 'Protocol');
  }

  /**
   * Called with bytes as they come in; how they are cut into pieces means nothing.
   * Stands for `Protocol.data_received(data)`.
   *
   * @param data at least one byte, which the protocol may keep
   */
  dataReceived(data: Buffer): void;
  dataReceived(): void {}

  /**
   * Called when the other end has said that it sends nothing more. Stands for `Protocol.eof_received()`.
   *
   * @returns `true` to keep the connection open for sending; anything falsy closes it (TLS: it is closed anyway)
   */
  eofReceived(): boolean | null | undefined | void {}
}

/** Any object with some, or none, of the methods of a `Protocol`. */
export type ProtocolLike = Partial<Protocol>;
