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
import { callbackCarrier, enterFromHost, trackHandle, untrackHandle } from '@bight/loop-core/low-level';
import { WriteSide } from './write-side.js';

/** A write transport over a Node stream. */
export class WritableTransport extends WriteTransport {
  readonly #stream: Writable;
  readonly #loop: AbstractEventLoop;
  readonly #carrier: Carrier;
  readonly #output: WriteSide;
  #protocol: BaseProtocol;
  #isClosing = false;
  #isAborted = false;
  #isLost = false;

  constructor(stream: Writable, protocol: BaseProtocol, loop: AbstractEventLoop) {
    super();
    this.#stream = stream;
    this.#protocol = protocol;
    this.#loop = loop;
    this.#carrier = callbackCarrier(loop);
    this.#output = new WriteSide(stream, {
      enter: (fn) => this.#enter(fn, undefined),
      pauseWriting: () => this.#protocol.pauseWriting(),
      resumeWriting: () => this.#protocol.resumeWriting(),
    });
    trackHandle(loop, 'transport', this);
    protocol.connectionMade(this);
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
    this.#output.setLimits(limits);
  }

  override getWriteBufferLimits(): [low: number, high: number] {
    return this.#output.limits;
  }

  override getWriteBufferSize(): number {
    return this.#output.size;
  }

  override write(data: ArrayBufferView): void {
    const bytes = checkBytes(data, 'data');
    if (this.#isClosing || this.#isLost || bytes.byteLength === 0) return;
    if (this.#stream.writableEnded) throw new RuntimeError('Cannot call write() after writeEof()');
    this.#output.write(bytes);
  }

  override writelines(pieces: Iterable<ArrayBufferView>): void {
    this.#output.writeAll(pieces, (piece) => this.write(piece));
  }

  override canWriteEof(): boolean {
    return true;
  }

  override writeEof(): void {
    this.#output.writeEof();
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

  #finished(error: Error | null): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#output.lose();
    this.#isClosing = true;
    untrackHandle(this.#loop, this);
    this.#protocol.connectionLost(this.#isAborted ? null : error);
  }
}
