import type { Duplex, Readable, Writable } from 'node:stream';
import { nodeInternals } from '@bight/contextvars/low-level';
import { Fifo } from '@bight/loop-abstract/low-level';
import { deliverBytes, enterFromHost, type StreamChannel, type StreamSink } from '@bight/loop-core/low-level';
import type { SubprocessHostLoop } from '../environment/environment.js';

/** libuv's handle below one of Node's sockets. It is not documented, so there is a way without it. */
interface Handle {
  readonly bytesWritten?: number;
  readonly writeQueueSize?: number;
}

const END = Symbol('end');

// How many bytes may wait for the loop; beyond that they stay with the system, which slows the sender down.
const WAITING_BYTES = 128 * 1024;

/**
 * One of Node's streams as the transports need it: it calls its sink inside the loop, one event a callback, and keeps
 * only a little data while the loop is busy; the rest stays with the system.
 */
export class PipeChannel implements StreamChannel {
  readonly #loop: SubprocessHostLoop;
  readonly #stream: Duplex;
  readonly #arrived = new Fifo<Buffer | typeof END>();
  #sink: StreamSink | null = null;
  #waitingBytes = 0;
  #isReading = false;
  #isClosed = false;
  #isUnfinished = false;
  #givenBytes = 0;

  /** @param stream - a stream that is not read from yet; it does not keep the process alive: the loop does */
  constructor(loop: SubprocessHostLoop, stream: Duplex | Readable | Writable) {
    this.#loop = loop;
    this.#stream = stream as Duplex;
    (stream as { unref?(): void }).unref?.();
    stream.on('error', (error: Error) => this.#enter(PipeChannel.#deliverFailure, error));
  }

  open(sink: StreamSink): void {
    this.#sink = sink;
    // A stream without a readable half, such as one that only writes a file, has no such method.
    if (typeof this.#stream.pause !== 'function') return;
    // Otherwise the first listener would let it flow.
    this.#stream.pause();
    this.#stream.on('data', (data: Buffer) => this.#arrive(data));
    this.#stream.on('end', () => this.#arrive(END));
  }

  startReading(): void {
    if (this.#isReading || this.#isClosed) return;
    this.#isReading = true;
    if (this.#arrived.length > 0) this.#loop.callSoon(() => this.#deliver());
    else this.#stream.resume?.();
  }

  stopReading(): void {
    if (!this.#isReading) return;
    this.#isReading = false;
    this.#stream.pause?.();
  }

  write(data: Uint8Array): void {
    // Node keeps what the system does not take, and sends it from where it is.
    if (!this.#isClosed) this.#give(Buffer.from(data));
  }

  writev(pieces: readonly Uint8Array[]): void {
    if (!this.#isClosed) this.#give(Buffer.concat(pieces));
  }

  #give(chunk: Buffer): void {
    this.#givenBytes += chunk.length;
    this.#stream.write(chunk, this.#written);
    if (this.#stream.writableLength > 0) this.#isUnfinished = true;
  }

  /** Whether something was written and not handed to the system; still known when the stream has failed. */
  get hasUnsent(): boolean {
    return this.#isUnfinished;
  }

  get unsentBytes(): number {
    if (!this.#isUnfinished || this.#isClosed) return 0;
    const handle = nodeInternals() ? (this.#stream as { _handle?: Handle | null })._handle : null;
    if (handle?.bytesWritten !== undefined && handle.writeQueueSize !== undefined) {
      return this.#givenBytes - handle.bytesWritten + handle.writeQueueSize;
    }
    return this.#stream.writableLength;
  }

  get hasFailed(): boolean {
    return !this.#isClosed && this.#stream.errored !== null;
  }

  shutdown(): void {
    if (!this.#isClosed) this.#stream.end();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#arrived.takeAll();
    this.#stream.destroy();
  }

  readonly #written = (error?: Error | null): void => {
    if (!this.#isUnfinished || error) return;
    this.#isUnfinished = this.#stream.writableLength > 0;
    if (this.#sink?.awaitsDrain === true) this.#enter(PipeChannel.#deliverDrained, undefined);
  };

  #enter<A>(fn: (this: PipeChannel, arg: A) => void, arg: A): void {
    if (!this.#isClosed) enterFromHost(this.#loop, fn, this, arg);
  }

  #arrive(event: Buffer | typeof END): void {
    if (this.#isClosed) return;
    this.#arrived.push(event);
    if (event !== END) this.#waitingBytes += event.length;
    enterFromHost(this.#loop, PipeChannel.#enterDeliver, this, undefined);
    if (this.#waitingBytes > WAITING_BYTES) this.#stream.pause();
  }

  static #enterDeliver(this: PipeChannel): void {
    this.#deliver();
  }

  #deliver(): void {
    const sink = this.#sink;
    if (!this.#isReading || sink === null) return;
    const event = this.#arrived.shift();
    if (event === END) {
      sink.ended();
    } else if (event !== undefined) {
      this.#waitingBytes -= event.length;
      deliverBytes(sink, event, null);
    }
    if (!this.#isReading || this.#isClosed) return;
    if (this.#arrived.length > 0) this.#loop.callSoon(() => this.#deliver());
    else if (this.#stream.isPaused()) this.#stream.resume();
  }

  static #deliverFailure(this: PipeChannel, error: Error): void {
    if (!this.#isClosed) this.#sink?.failed(error);
  }

  static #deliverDrained(this: PipeChannel): void {
    if (!this.#isClosed) this.#sink?.drained();
  }
}
