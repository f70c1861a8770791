import { Duplex } from 'node:stream';
import type { StreamSink } from '@bight/loop-core/low-level';
import type { SocketChannel } from '../driver/socket-channel.js';

// Taken at import: fake timers that are installed later leave it alone.
const nextTick = process.nextTick.bind(process);

/** A channel as one of Node's streams, for what Node alone can do over it: TLS within a TLS of our own. */
export function channelStream(channel: SocketChannel): Duplex {
  return new DuplexSink(channel).stream;
}

/** Takes a channel's events, and gives them to a stream. Not a class of streams: to extend one would load them all. */
class DuplexSink implements StreamSink {
  readonly stream: Duplex;
  readonly #channel: SocketChannel;
  /** What Node waits for: until what it wrote was sent. */
  #written: (() => void) | null = null;

  constructor(channel: SocketChannel) {
    this.#channel = channel;
    this.stream = new Duplex({
      allowHalfOpen: true,
      read: () => channel.startReading(),
      write: (data: Buffer, _encoding, callback) => this.#write(data, callback),
      final(callback) {
        channel.shutdown();
        callback();
      },
      destroy: (error, callback) => {
        this.#written = null;
        channel.close();
        callback(error);
      },
    });
    channel.open(this);
  }

  #write(data: Buffer, callback: () => void): void {
    this.#channel.write(data);
    this.#written = callback;
    // The channel sends a little later, together with what else there is; what it does not send at once, it reports.
    nextTick(() => this.drained());
  }

  received(bytes: Buffer): void {
    if (!this.stream.push(bytes)) this.#channel.stopReading();
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
    this.stream.push(null);
  }

  failed(error: Error | null): void {
    this.stream.destroy(error ?? undefined);
  }

  drained(): void {
    const written = this.#written;
    if (written === null) return;
    this.#channel.flush?.();
    if (this.#channel.unsentBytes > 0 || this.stream.destroyed) return;
    this.#written = null;
    written();
  }

  get awaitsDrain(): boolean {
    return this.#written !== null;
  }
}
