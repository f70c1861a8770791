import {
  type BaseProtocolLike,
  type ExtraInfoValue,
  type HasFileno,
  RuntimeError,
  type StreamProtocolLike,
  Transport,
  type WriteBufferLimits,
} from '@bight/loop-abstract';
import { checkBytes, typeError } from '@bight/loop-abstract/validate';
import { asError, isOSError } from '@bight/loop-core/low-level';
import type { Callbacks } from '../callbacks.js';
import type { SubprocessHostLoop } from '../host-loop.js';
import type { OpenResources, Resource } from '../open-resources.js';
import { deliver } from './deliver.js';
import type { PipeParts } from './pipe-parts.js';
import type { ChannelSink, StreamChannel } from './stream-channel.js';
import { VainWrites } from './vain-writes.js';
import { WriteFlow } from './write-flow.js';

/** A pipe in both directions: what a further descriptor of a subprocess is connected to. */
export class DuplexPipeTransport extends Transport implements ChannelSink, Resource {
  readonly #loop: SubprocessHostLoop;
  readonly #callbacks: Callbacks;
  readonly #resources: OpenResources;
  readonly #channel: StreamChannel;
  readonly #pipe: HasFileno;
  readonly #flow: WriteFlow;
  readonly #vainWrites = new VainWrites();
  #protocol: StreamProtocolLike | null;
  #paused = false;
  #eofWritten = false;
  #closing = false;
  #lost = false;
  #closed = false;

  constructor({ loop, callbacks, resources, channel, protocol, pipe }: PipeParts<StreamProtocolLike>) {
    super();
    this.#loop = loop;
    this.#callbacks = callbacks;
    this.#resources = resources;
    this.#channel = channel;
    this.#protocol = protocol;
    this.#pipe = pipe;
    this.#flow = new WriteFlow(callbacks, this);
    channel.open(this);
    resources.add('pipe', this);
    callbacks.soon(() => this.#protocol?.connectionMade?.(this), []);
    callbacks.soon(() => this.#begin(), []);
  }

  #begin(): void {
    if (!this.#paused && !this.#closing) this.#channel.startReading();
  }

  override getExtraInfo<K extends string, D = null>(name: K, fallback?: D): ExtraInfoValue<K> | D {
    return (name === 'pipe' ? this.#pipe : (fallback ?? null)) as ExtraInfoValue<K> | D;
  }

  override setProtocol(protocol: BaseProtocolLike): void {
    if (typeof protocol !== 'object' || protocol === null) {
      throw typeError('protocol', "an object with a protocol's methods", protocol);
    }
    this.#protocol = protocol as StreamProtocolLike;
  }

  override getProtocol(): BaseProtocolLike {
    return this.#protocol as BaseProtocolLike;
  }

  override isReading(): boolean {
    return !this.#paused && !this.#closing;
  }

  override pauseReading(): void {
    if (this.#closing || this.#paused) return;
    this.#paused = true;
    this.#channel.stopReading();
  }

  override resumeReading(): void {
    if (this.#closing || !this.#paused) return;
    this.#paused = false;
    this.#channel.startReading();
  }

  override setWriteBufferLimits(limits?: WriteBufferLimits | null): void {
    this.#flow.setLimits(limits);
  }

  override getWriteBufferLimits(): [low: number, high: number] {
    return this.#flow.limits;
  }

  override getWriteBufferSize(): number {
    return this.#lost ? 0 : this.#channel.unsentBytes;
  }

  override write(data: ArrayBufferView): void {
    const bytes = checkBytes(data, 'data');
    if (this.#eofWritten) throw new RuntimeError('Cannot call write() after writeEof()');
    if (bytes.length === 0) return;
    if (this.#lost) {
      this.#vainWrites.note();
      return;
    }
    this.#channel.write(bytes);
    this.#flow.grown();
  }

  override writelines(data: Iterable<ArrayBufferView>): void {
    this.write(Buffer.concat([...data].map((piece) => checkBytes(piece, 'a piece of data'))));
  }

  override canWriteEof(): boolean {
    return true;
  }

  override writeEof(): void {
    if (this.#closing || this.#eofWritten) return;
    this.#eofWritten = true;
    this.#channel.shutdown();
  }

  override isClosing(): boolean {
    return this.#closing;
  }

  override close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#channel.stopReading();
    if (this.#channel.unsentBytes === 0) this.#lose(null);
  }

  override abort(): void {
    this.#lose(null);
  }

  // What the channel reports

  received(data: Buffer): void {
    const protocol = this.#protocol;
    if (!this.#closing && protocol !== null) this.#call('dataReceived', () => deliver.call(protocol, data));
  }

  ended(): void {
    let keepOpen: unknown = false;
    this.#call('eofReceived', () => {
      keepOpen = this.#protocol?.eofReceived?.();
    });
    if (!keepOpen) this.close();
  }

  failed(error: Error): void {
    if (!isOSError(error) && !this.#lost) this.#report('Fatal error on pipe transport', error);
    this.#lose(error);
  }

  drained(): void {
    if (this.#lost) return;
    this.#flow.shrunk();
    // The protocol may have written again, or closed.
    if (this.#closing && this.#channel.unsentBytes === 0) this.#lose(null);
  }

  #call(method: string, call: () => void): void {
    try {
      this.#callbacks.run(call, undefined, undefined);
    } catch (error) {
      this.#report(`protocol.${method}() failed`, asError(error));
    }
  }

  #report(message: string, exception: Error): void {
    const protocol = this.#protocol as BaseProtocolLike;
    this.#loop.callExceptionHandler({ message, exception, transport: this, protocol });
  }

  #lose(error: Error | null): void {
    this.#closing = true;
    if (this.#lost) return;
    this.#lost = true;
    this.#channel.stopReading();
    this.#callbacks.soon(() => this.#connectionLost(error), []);
  }

  #connectionLost(error: Error | null): void {
    const protocol = this.#protocol;
    this.#protocol = null;
    try {
      protocol?.connectionLost?.(error);
    } finally {
      this.release();
    }
  }

  release(): void {
    this.#closing = true;
    this.#lost = true;
    if (this.#closed) return;
    this.#closed = true;
    this.#resources.delete(this);
    this.#channel.close();
  }

  /** A short description, for messages. */
  override toString(): string {
    const state = this.#closed ? 'closed' : this.#closing ? 'closing' : 'open';
    return `<${this.constructor.name} ${state} fd=${this.#pipe.fileno()}>`;
  }
}
