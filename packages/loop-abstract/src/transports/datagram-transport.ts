import type { Address } from '../address.js';
import { BaseTransport } from '../base-transport.js';
import { shareAcrossCopies } from '../brand.js';
import { notImplemented } from '../not-implemented.js';
import type { WriteBufferLimits } from './write-transport.js';

/**
 * A transport of datagrams.
 *
 * It has the write buffer's methods: in CPython they belong to what `create_datagram_endpoint()` returns, and not to
 * the abstract class.
 *
 * @python asyncio.DatagramTransport
 */
export abstract class DatagramTransport extends BaseTransport {
  static {
    shareAcrossCopies(DatagramTransport, 'DatagramTransport');
  }

  /**
   * Sends one datagram, an empty one too, without waiting.
   *
   * @param data - a `Buffer`, typed array or `DataView`
   * @param addr - where to; not given for an endpoint that was made with `remoteAddr`
   * @throws {TypeError} when `data` is no bytes
   * @throws {ValueError} when the endpoint has a remote address and `addr` is another one
   * @python asyncio.DatagramTransport.sendto()
   */
  sendto(data: ArrayBufferView, addr?: Address | null): void;
  sendto(): void {
    throw notImplemented(this, 'sendto');
  }

  /**
   * Closes the transport at once: what was not sent is lost. `connectionLost(null)` is called soon.
   *
   * @python asyncio.DatagramTransport.abort()
   */
  abort(): void {
    throw notImplemented(this, 'abort');
  }

  /**
   * Sets the marks, in bytes, between which the transport calls `pauseWriting()` and `resumeWriting()`; as
   * `WriteTransport.setWriteBufferLimits()`.
   *
   * @throws {ValueError} unless `high` ≥ `low` ≥ 0
   */
  setWriteBufferLimits(limits?: WriteBufferLimits | null): void;
  setWriteBufferLimits(): void {
    throw notImplemented(this, 'setWriteBufferLimits');
  }

  /** How many bytes are kept and not yet sent. */
  getWriteBufferSize(): number {
    throw notImplemented(this, 'getWriteBufferSize');
  }

  /** The marks, `[low, high]`, in bytes. */
  getWriteBufferLimits(): [low: number, high: number] {
    throw notImplemented(this, 'getWriteBufferLimits');
  }
}
