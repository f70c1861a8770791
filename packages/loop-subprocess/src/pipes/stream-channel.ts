import type { Duplex, Readable, Writable } from 'node:stream';
import { enterFromHost } from '@bight/loop-core';
import type { SubprocessHostLoop } from '../host-loop.js';

/** What is called, inside of the loop, when something happens on a channel. */
export interface ChannelSink {
  /** Bytes came in. */
  received(data: Buffer): void;
  /** The other end has closed its sending half. */
  ended(): void;
  /** The channel is broken; nothing more comes. */
  failed(error: Error): void;
  /** Some unsent bytes were sent. */
  drained(): void;
}

/** libuv's handle below a socket of Node's. It is not documented, so there has to be a way without. */
interface Handle {
  readonly bytesWritten?: number;
  readonly writeQueueSize?: number;
}

const END = Symbol('end');

// So much may wait for the loop to have time; beyond that it stays with the system, which slows the sender down.
const WAITING_BYTES = 128 * 1024;

/**
 * A stream of Node's as the transports need it: it calls its sink inside of the loop, one event a callback, and keeps no
 * more than a little data while the loop has no time for it; the rest stays with the system.
 */
export class StreamChannel {
  readonly #loop: SubprocessHostLoop;
  readonly #stream: Duplex;
  readonly #arrived: (Buffer | typeof END)[] = [];
  #sink: ChannelSink | null = null;
  #waitingBytes = 0;
  #reading = false;
  #closed = false;
  #unfinished = false;
  #givenBytes = 0;

  /** @param stream a stream that is not read from yet; it does not keep the process alive: the loop does */
  constructor(loop: SubprocessHostLoop, stream: Duplex | Readable | Writable) {
    this.#loop = loop;
    this.#stream = stream as Duplex;
    (stream as { unref?(): void }).unref?.();
    stream.on('error', (error: Error) => this.#enter(StreamChannel.#tellFailure, error));
  }

  open(sink: ChannelSink): void {
    this.#sink = sink;
    // A stream without a readable half, such as one that only writes a file, has no such method.
    if (typeof this.#stream.pause !== 'function') return;
    // Otherwise the first listener would let it flow.
    this.#stream.pause();
    this.#stream.on('data', (data: Buffer) => this.#arrive(data));
    this.#stream.on('end', () => this.#arrive(END));
  }

  startReading(): void {
    if (this.#reading || this.#closed) return;
    this.#reading = true;
    if (this.#arrived.length > 0) this.#loop.callSoon(() => this.#deliver());
    else this.#stream.resume?.();
  }

  stopReading(): void {
    if (!this.#reading) return;
    this.#reading = false;
    this.#stream.pause?.();
  }

  /** Sends what the system takes now, and the rest when it takes more. The memory must not be changed before. */
  write(data: Uint8Array): void {
    if (this.#closed) return;
    this.#givenBytes += data.length;
    this.#stream.write(data, this.#written);
    if (this.#stream.writableLength > 0) this.#unfinished = true;
  }

  /** Whether something was written and not handed to the system; still known when the stream has failed. */
  get hasUnsent(): boolean {
    return this.#unfinished;
  }

  /** How many bytes were written and not yet handed to the system. */
  get unsentBytes(): number {
    if (!this.#unfinished || this.#closed) return 0;
    const handle = (this.#stream as { _handle?: Handle | null })._handle;
    if (handle?.bytesWritten !== undefined && handle.writeQueueSize !== undefined) {
      return this.#givenBytes - handle.bytesWritten + handle.writeQueueSize;
    }
    return this.#stream.writableLength;
  }

  /** Closes the sending half, after everything that was written. */
  shutdown(): void {
    if (!this.#closed) this.#stream.end();
  }

  /** Gives the descriptor back, drops what is unsent, and calls the sink no more. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#arrived.length = 0;
    this.#stream.destroy();
  }

  readonly #written = (error?: Error | null): void => {
    if (!this.#unfinished || error) return;
    this.#unfinished = this.#stream.writableLength > 0;
    this.#enter(StreamChannel.#tellDrained, undefined);
  };

  #enter<A>(fn: (this: StreamChannel, arg: A) => void, arg: A): void {
    if (!this.#closed) enterFromHost(this.#loop, fn, this, arg);
  }

  #arrive(event: Buffer | typeof END): void {
    if (this.#closed) return;
    this.#arrived.push(event);
    if (event !== END) this.#waitingBytes += event.length;
    enterFromHost(this.#loop, StreamChannel.#enterDeliver, this, undefined);
    if (this.#waitingBytes > WAITING_BYTES) this.#stream.pause();
  }

  static #enterDeliver(this: StreamChannel): void {
    this.#deliver();
  }

  #deliver(): void {
    if (!this.#reading) return;
    const event = this.#arrived.shift();
    if (event === END) {
      this.#sink?.ended();
    } else if (event !== undefined) {
      this.#waitingBytes -= event.length;
      this.#sink?.received(event);
    }
    if (!this.#reading || this.#closed) return;
    if (this.#arrived.length > 0) this.#loop.callSoon(() => this.#deliver());
    else if (this.#stream.isPaused()) this.#stream.resume();
  }

  static #tellFailure(this: StreamChannel, error: Error): void {
    if (!this.#closed) this.#sink?.failed(error);
  }

  static #tellDrained(this: StreamChannel): void {
    if (!this.#closed) this.#sink?.drained();
  }
}
