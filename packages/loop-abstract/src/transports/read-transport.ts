import { shareAcrossCopies } from '../brand.js';
import { notImplemented } from '../not-implemented.js';
import { BaseTransport } from './base-transport.js';

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
}
