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
} from '@bight/loop-core/low-level';
import { WriteSide } from './write-side.js';

/** A transport over a Node stream. */
export class DuplexTransport extends Transport {
  readonly #stream: Duplex;
  readonly #loop: AbstractEventLoop;
  readonly #carrier: Carrier;
  readonly #output: WriteSide;
  #protocol: Protocol;
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
    this.#output = new WriteSide(stream, {
      enter: (fn) => this.#enter(fn, undefined),
      pauseWriting: () => this.#protocol.pauseWriting(),
      resumeWriting: () => this.#protocol.resumeWriting(),
    });
    trackHandle(loop, 'transport', this);
    protocol.connectionMade(this);
    stream.on('data', (chunk: Buffer) => this.#enter(this.#received, chunk));
    stream.on('end', () => this.#enter(this.#ended, undefined));
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
    if (this.#stream.writableEnded && !this.#isClosing)
      throw new RuntimeError('Cannot call write() after writeEof()');
    if (bytes.byteLength === 0 || this.#isClosing || this.#isLost) return;
    this.#output.write(bytes);
  }

  override writelines(pieces: Iterable<ArrayBufferView>): void {
    this.#output.writeAll(pieces, (piece) => this.write(piece));
  }

  override canWriteEof(): boolean {
    return this.#stream.allowHalfOpen;
  }

  override writeEof(): void {
    this.#output.writeEof();
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

  #closed(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#output.lose();
    this.#isClosing = true;
    untrackHandle(this.#loop, this);
    this.#protocol.connectionLost(this.#failure);
  }
}
