import { BaseProtocol } from '../base-protocol.js';
import { shareAcrossCopies } from '../brand.js';
import { notImplemented } from '../not-implemented.js';

/**
 * A protocol over a stream of bytes that says itself where the bytes are put, so that none are copied. The calls come
 * in this order: `connectionMade`, any number of `getBuffer` each followed by at most one `bufferUpdated`, at most one
 * `eofReceived`, `connectionLost`.
 *
 * `getBuffer` must be overridden, the rest does nothing.
 *
 * @python asyncio.BufferedProtocol
 */
export class BufferedProtocol extends BaseProtocol {
  static {
    shareAcrossCopies(BufferedProtocol, 'BufferedProtocol');
  }

  /**
   * Called for room to receive into.
   *
   * @param sizehint - how many bytes would be useful; -1 when that is not known
   * @returns the room, at least one byte; it belongs to the transport until the next call of the protocol
   * @python asyncio.BufferedProtocol.get_buffer()
   */
  getBuffer(sizehint: number): ArrayBufferView;
  getBuffer(): ArrayBufferView {
    throw notImplemented(this, 'getBuffer', 'a BufferedProtocol must say where received bytes are put');
  }

  /**
   * Called when bytes were put at the head of the buffer.
   *
   * @param nbytes - how many, at least 1
   * @python asyncio.BufferedProtocol.buffer_updated()
   */
  bufferUpdated(nbytes: number): void;
  bufferUpdated(): void {}

  /**
   * Called when the other end has closed its sending half.
   *
   * @returns `true` to keep the connection open for sending; anything falsy closes it (TLS: it is closed anyway)
   * @python asyncio.BufferedProtocol.eof_received()
   */
  eofReceived(): boolean | null | undefined | void {}
}

/** Any object that has `getBuffer`, and some, or none, of the other methods of a `BufferedProtocol`. */
export type BufferedProtocolLike = Partial<BufferedProtocol> & Pick<BufferedProtocol, 'getBuffer'>;

/**
 * Whether a protocol wants to be given bytes through `getBuffer` and `bufferUpdated`, and not through `dataReceived`.
 * Where Python asks for the class, the method decides here, since plain objects may be protocols.
 */
export function isBufferedProtocol(protocol: object): protocol is BufferedProtocolLike {
  return typeof (protocol as Partial<BufferedProtocol>).getBuffer === 'function';
}
