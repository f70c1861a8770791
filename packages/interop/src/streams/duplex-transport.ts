import { Buffer } from 'node:buffer';
import type { Duplex } from 'node:stream';
import { type Carrier, runInCarrier } from '@bight/contextvars/low-level';
import type { BaseProtocolLike, Protocol, ReceiveMode, WriteBufferLimits } from '@bight/loop-abstract';
import { type AbstractEventLoop, RuntimeError, Transport } from '@bight/loop-abstract';
import { checkBytes } from '@bight/loop-abstract/validate';
import {
  callbackCarrier,
  checkReceiveMode,
  enterFromHost,
  inDebugMode,
  lendPoisoned,
  trackHandle,
  untrackHandle,
  WaterMarks,
} from '@bight/loop-core/low-level';

/** A transport over a Node stream. */
export class DuplexTransport extends Transport {
  readonly #stream: Duplex;
  readonly #loop: AbstractEventLoop;
  readonly #carrier: Carrier;
  #protocol: Protocol;
  #marks = WaterMarks.usual;
  #isProtocolPaused = false;
  #isReading = true;
  #isBorrowing = false;
  #isClosing = false;
  #isLost = false;
  #failure: Error | null = null;

  constructor(stream: Duplex, protocol: Protocol, loop: AbstractEventLoop) {
    super();
    this.#stream = stream;
    this.#protocol = protocol;
    this.#loop = loop;
    this.#carrier = callbackCarrier(loop);
    trackHandle(loop, 'transport', this);
    protocol.connectionMade(this);
    stream.on('data', (chunk: Buffer) => this.#enter(this.#received, chunk));
    stream.on('end', () => this.#enter(this.#ended, undefined));
    stream.on('drain', () => this.#enter(this.#drained, undefined));
    stream.on('error', (error: Error) => {
      this.#failure ??= error;
    });
    stream.on('close', () => this.#enter(this.#closed, undefined));
  }

  override getExtraInfo<K extends string, D = null>(name: K, fallback?: D): never {
    return (name === 'stream' ? this.#stream : (fallback ?? null)) as never;
  }

  override isClosing(): boolean {
    return this.#isClosing;
  }

  override close(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#stream.end(() => this.#stream.destroy());
  }

  override abort(): void {
    this.#isClosing = true;
    this.#stream.destroy();
  }

  override setProtocol(protocol: BaseProtocolLike): void {
    this.#protocol = protocol as Protocol;
    this.#isBorrowing = false;
  }

  override getProtocol(): BaseProtocolLike {
    return this.#protocol;
  }

  override isReading(): boolean {
    return this.#isReading && !this.#isClosing;
  }

  override pauseReading(): void {
    this.#isReading = false;
    this.#stream.pause();
  }

  override resumeReading(): void {
    this.#isReading = true;
    this.#stream.resume();
  }

  /** The stream's chunks are the protocol's in either mode; in debug mode it notices the difference all the same. */
  override setReceiveMode(mode: ReceiveMode): void {
    this.#isBorrowing = checkReceiveMode(mode) === 'borrowed';
  }

  override setWriteBufferLimits(limits?: WriteBufferLimits | null): void {
    this.#marks = this.#marks.with(limits);
    this.#pauseIfFull();
  }

  override getWriteBufferLimits(): [low: number, high: number] {
    return [this.#marks.lowBytes, this.#marks.highBytes];
  }

  override getWriteBufferSize(): number {
    return this.#stream.writableLength;
  }

  override write(data: ArrayBufferView): void {
    const bytes = checkBytes(data, 'data');
    if (this.#stream.writableEnded && !this.#isClosing)
      throw new RuntimeError('Cannot call write() after writeEof()');
    if (bytes.byteLength === 0 || this.#isClosing || this.#isLost) return;
    // A copy: the stream sends it later, and the caller may use the memory again.
    const copy = Buffer.from(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    this.#stream.write(copy, () => this.#enter(this.#drained, undefined));
    this.#pauseIfFull();
  }

  override writelines(pieces: Iterable<ArrayBufferView>): void {
    this.#stream.cork();
    try {
      for (const piece of pieces) this.write(piece);
    } finally {
      this.#stream.uncork();
    }
  }

  override canWriteEof(): boolean {
    return this.#stream.allowHalfOpen;
  }

  override writeEof(): void {
    if (!this.#stream.writableEnded) this.#stream.end();
  }

  /** A short description, for messages. */
  override toString(): string {
    return `<DuplexTransport of ${this.#stream.constructor.name}>`;
  }

  #enter<A>(method: (this: DuplexTransport, arg: A) => void, arg: A): void {
    const inContext = () => runInCarrier(this.#carrier, method, this, arg);
    enterFromHost(this.#loop, inContext, undefined, undefined);
  }

  #received(chunk: unknown): void {
    if (this.#isLost || this.#isClosing) return;
    try {
      const bytes = checkBytes(chunk as ArrayBufferView, 'chunk');
      const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (this.#isBorrowing && inDebugMode(this.#loop)) lendPoisoned(data, this.#call, this);
      else this.#call(data);
    } catch (error) {
      this.#stream.destroy(error as Error);
    }
  }

  #call(data: Buffer): void {
    this.#protocol.dataReceived(data);
  }

  #ended(): void {
    if (this.#isLost || this.#isClosing) return;
    if (!this.#protocol.eofReceived()) this.close();
  }

  #drained(): void {
    if (!this.#isProtocolPaused || this.#stream.writableLength > this.#marks.lowBytes) return;
    this.#isProtocolPaused = false;
    this.#protocol.resumeWriting();
  }

  #pauseIfFull(): void {
    if (this.#isProtocolPaused || !this.#marks.isTooMuch(this.#stream.writableLength)) return;
    this.#isProtocolPaused = true;
    this.#protocol.pauseWriting();
  }

  #closed(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#isClosing = true;
    untrackHandle(this.#loop, this);
    this.#protocol.connectionLost(this.#failure);
  }
}
