import { Duplex } from 'node:stream';
import type { StreamSink } from '@bight/loop-core/low-level';
import type { SocketChannel } from '../driver/socket-channel.js';

// Taken at import: fake timers that are installed later leave it alone.
const nextTick = process.nextTick.bind(process);

/** A channel as one of Node's streams, for what Node alone can do over it: TLS within a TLS of our own. */
export class ChannelStream extends Duplex implements StreamSink {
  readonly #channel: SocketChannel;
  /** What Node waits for: until what it wrote was sent. */
  #written: (() => void) | null = null;

  constructor(channel: SocketChannel) {
    super({ allowHalfOpen: true });
    this.#channel = channel;
    channel.open(this);
  }

  override _read(): void {
    this.#channel.startReading();
  }

  override _write(data: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.#channel.write(data);
    this.#written = callback;
    // The channel sends a little later, together with what else there is; what it does not send at once, it reports.
    nextTick(() => this.drained());
  }

  override _final(callback: () => void): void {
    this.#channel.shutdown();
    callback();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#written = null;
    this.#channel.close();
    callback(error);
  }

  received(bytes: Buffer): void {
    if (!this.push(bytes)) this.#channel.stopReading();
  }

  get isBorrowing(): boolean {
    return false;
  }

  get hasMemory(): boolean {
    return false;
  }

  memory(): null {
    return null;
  }

  filled(): void {}

  ended(): void {
    this.push(null);
  }

  failed(error: Error | null): void {
    this.destroy(error ?? undefined);
  }

  drained(): void {
    const written = this.#written;
    if (written === null) return;
    this.#channel.flush?.();
    if (this.#channel.unsentBytes > 0 || this.destroyed) return;
    this.#written = null;
    written();
  }

  get awaitsDrain(): boolean {
    return this.#written !== null;
  }
}
