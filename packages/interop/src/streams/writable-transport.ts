import { Buffer } from 'node:buffer';
import { finished, type Writable } from 'node:stream';
import { type Carrier, runInCarrier } from '@bight/contextvars/low-level';
import {
  type AbstractEventLoop,
  type BaseProtocol,
  type BaseProtocolLike,
  RuntimeError,
  type WriteBufferLimits,
  WriteTransport,
} from '@bight/loop-abstract';
import { checkBytes } from '@bight/loop-abstract/validate';
import {
  callbackCarrier,
  enterFromHost,
  trackHandle,
  untrackHandle,
  WaterMarks,
} from '@bight/loop-core/low-level';

/** A write transport over a Node stream. */
export class WritableTransport extends WriteTransport {
  readonly #stream: Writable;
  readonly #loop: AbstractEventLoop;
  readonly #carrier: Carrier;
  #protocol: BaseProtocol;
  #marks = WaterMarks.usual;
  #isProtocolPaused = false;
  #isClosing = false;
  #isAborted = false;
  #isLost = false;

  constructor(stream: Writable, protocol: BaseProtocol, loop: AbstractEventLoop) {
    super();
    this.#stream = stream;
    this.#protocol = protocol;
    this.#loop = loop;
    this.#carrier = callbackCarrier(loop);
    trackHandle(loop, 'transport', this);
    protocol.connectionMade(this);
    stream.on('drain', () => this.#enter(this.#drained, undefined));
    // Called once, for the end, the error or the premature close of the stream, also where that was before.
    finished(stream, { readable: false }, (error) => this.#enter(this.#finished, error ?? null));
  }

  override getExtraInfo<K extends string, D = null>(name: K, fallback?: D): never {
    return (name === 'stream' ? this.#stream : (fallback ?? null)) as never;
  }

  override isClosing(): boolean {
    return this.#isClosing;
  }

  override setProtocol(protocol: BaseProtocolLike): void {
    this.#protocol = protocol as BaseProtocol;
  }

  override getProtocol(): BaseProtocolLike {
    return this.#protocol;
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
    if (this.#isClosing || this.#isLost || bytes.byteLength === 0) return;
    if (this.#stream.writableEnded) throw new RuntimeError('Cannot call write() after writeEof()');
    // A copy: the stream sends it later, and the caller may use the memory again.
    this.#stream.write(Buffer.from(bytes), () => this.#enter(this.#drained, undefined));
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
    return true;
  }

  override writeEof(): void {
    if (!this.#stream.writableEnded) this.#stream.end();
  }

  override close(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    if (!this.#stream.writableEnded) this.#stream.end();
  }

  override abort(): void {
    if (this.#isLost) return;
    this.#isClosing = true;
    this.#isAborted = true;
    this.#stream.destroy();
  }

  /** A short description, for messages. */
  override toString(): string {
    return `<WritableTransport of ${this.#stream.constructor.name}>`;
  }

  #enter<A>(method: (this: WritableTransport, arg: A) => void, arg: A): void {
    const inContext = () => runInCarrier(this.#carrier, method, this, arg);
    enterFromHost(this.#loop, inContext, undefined, undefined);
  }

  #drained(): void {
    if (this.#isLost || !this.#isProtocolPaused || this.#stream.writableLength > this.#marks.lowBytes) return;
    this.#isProtocolPaused = false;
    this.#protocol.resumeWriting();
  }

  #pauseIfFull(): void {
    if (this.#isProtocolPaused || !this.#marks.isTooMuch(this.#stream.writableLength)) return;
    this.#isProtocolPaused = true;
    this.#protocol.pauseWriting();
  }

  #finished(error: Error | null): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#isClosing = true;
    untrackHandle(this.#loop, this);
    this.#protocol.connectionLost(this.#isAborted ? null : error);
  }
}
