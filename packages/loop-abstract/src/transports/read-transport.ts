import { BaseTransport } from '../base-transport.js';
import { shareAcrossCopies } from '../brand.js';
import { notImplemented } from '../not-implemented.js';

/** How long a protocol may use the bytes that it receives: for good, or until `dataReceived()` returns. */
export type ReceiveMode = 'kept' | 'borrowed';

/**
 * A transport that receives bytes and gives them to its protocol.
 *
 * A `Transport` is `instanceof ReadTransport` too.
 *
 * @python asyncio.ReadTransport
 */
export abstract class ReadTransport extends BaseTransport {
  static {
    shareAcrossCopies(ReadTransport, 'ReadTransport');
  }

  /**
   * Whether the transport is receiving: not paused, not closing.
   *
   * @python asyncio.ReadTransport.is_reading()
   */
  isReading(): boolean {
    throw notImplemented(this, 'isReading');
  }

  /**
   * Stops receiving until `resumeReading()`: the protocol gets no data, and the other end is slowed down. Without
   * effect when it is paused already.
   *
   * @python asyncio.ReadTransport.pause_reading()
   */
  pauseReading(): void {
    throw notImplemented(this, 'pauseReading');
  }

  /**
   * Receives again; without effect when it is not paused.
   *
   * @python asyncio.ReadTransport.resume_reading()
   */
  resumeReading(): void {
    throw notImplemented(this, 'resumeReading');
  }

  /**
   * Sets how the protocol receives. With `'kept'`, as transports begin, the bytes are the protocol's. With `'borrowed'`
   * they are valid until `dataReceived()` returns, which saves copying them into memory of their own: the loop uses the
   * memory again, and it may hold bytes of other connections beside these. What the protocol writes or copies in the
   * call is safe. In debug mode the bytes are overwritten afterwards, so that a mistake shows. `setProtocol()` sets
   * `'kept'` again; buffered protocols receive into their own memory in either mode.
   *
   * @param mode - `'kept'` or `'borrowed'`
   * @throws {TypeError | ValueError} when it is neither
   */
  setReceiveMode(mode: ReceiveMode): void;
  setReceiveMode(): void {
    throw notImplemented(this, 'setReceiveMode');
  }
}
