import { alsoInstanceOf, shareAcrossCopies } from '../brand.js';
import { notImplemented } from '../not-implemented.js';
import type { ReadTransport, ReceiveMode } from './read-transport.js';
import { WriteTransport } from './write-transport.js';

/**
 * A transport in both directions, such as a TCP connection.
 *
 * A JavaScript class extends only one other: this one extends `WriteTransport` and has the methods of `ReadTransport`,
 * and is `instanceof` both.
 *
 * @python asyncio.Transport
 */
export abstract class Transport extends WriteTransport implements ReadTransport {
  static {
    shareAcrossCopies(Transport, 'Transport');
    alsoInstanceOf(Transport, 'ReadTransport');
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
