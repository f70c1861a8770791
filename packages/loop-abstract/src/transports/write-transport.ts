import { BaseTransport } from '../base-transport.js';
import { shareAcrossCopies } from '../brand.js';
import { notImplemented } from '../not-implemented.js';

/** What `setWriteBufferLimits()` takes, both in bytes. */
export interface WriteBufferLimits {
  /** Above this many unsent bytes the protocol's `pauseWriting()` is called. */
  high?: number | null | undefined;
  /** At or below this many, `resumeWriting()` is called. */
  low?: number | null | undefined;
}

/**
 * A transport that sends bytes. Writing never blocks: what the system does not take is kept and sent later, and the
 * protocol's `pauseWriting()` says when that becomes too much.
 *
 * @python asyncio.WriteTransport
 */
export abstract class WriteTransport extends BaseTransport {
  static {
    shareAcrossCopies(WriteTransport, 'WriteTransport');
  }

  /**
   * Sets the marks between which the transport calls `pauseWriting()` and `resumeWriting()`.
   *
   * @param limits - `high`, in bytes: 64 KiB when neither is given, four times `low` when only that is; `low`, in
   *   bytes: a quarter of `high` when it is not given
   * @throws {ValueError} unless `high` ≥ `low` ≥ 0
   * @python asyncio.WriteTransport.set_write_buffer_limits()
   */
  setWriteBufferLimits(limits?: WriteBufferLimits | null): void;
  setWriteBufferLimits(): void {
    throw notImplemented(this, 'setWriteBufferLimits');
  }

  /**
   * How many bytes are kept and not yet sent.
   *
   * @python asyncio.WriteTransport.get_write_buffer_size()
   */
  getWriteBufferSize(): number {
    throw notImplemented(this, 'getWriteBufferSize');
  }

  /**
   * The marks, `[low, high]`, in bytes.
   *
   * @python asyncio.WriteTransport.get_write_buffer_limits()
   */
  getWriteBufferLimits(): [low: number, high: number] {
    throw notImplemented(this, 'getWriteBufferLimits');
  }

  /**
   * Sends bytes, in order and without waiting.
   *
   * @param data - a `Buffer`, typed array or `DataView`; it must not be changed before it is sent
   * @throws {TypeError} when it is none of these, a string above all
   * @python asyncio.WriteTransport.write()
   */
  write(data: ArrayBufferView): void;
  write(): void {
    throw notImplemented(this, 'write');
  }

  /**
   * Sends several pieces as if they were one.
   *
   * @param data - the pieces, each as `write()` takes it
   * @throws {TypeError} when a piece is no bytes
   * @python asyncio.WriteTransport.writelines()
   */
  writelines(data: Iterable<ArrayBufferView>): void;
  writelines(): void {
    throw notImplemented(this, 'writelines');
  }

  /**
   * Closes the sending half once everything is sent; receiving goes on.
   *
   * @throws {NotImplementedError} when `canWriteEof()` is false
   * @python asyncio.WriteTransport.write_eof()
   */
  writeEof(): void {
    throw notImplemented(this, 'writeEof');
  }

  /**
   * Whether `writeEof()` is possible; not over TLS.
   *
   * @python asyncio.WriteTransport.can_write_eof()
   */
  canWriteEof(): boolean {
    throw notImplemented(this, 'canWriteEof');
  }

  /**
   * Closes the transport at once: what was not sent is lost. `connectionLost(null)` is called soon.
   *
   * @python asyncio.WriteTransport.abort()
   */
  abort(): void {
    throw notImplemented(this, 'abort');
  }
}
