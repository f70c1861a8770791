import {
  type BaseProtocolLike,
  type ExtraInfoValue,
  type HasFileno,
  ReadTransport,
  type StreamProtocolLike,
} from '@bight/loop-abstract';
import { typeError } from '@bight/loop-abstract/validate';
import { asError, isOSError } from '@bight/loop-core/low-level';
import type { Callbacks } from '../callbacks.js';
import type { SubprocessHostLoop } from '../host-loop.js';
import type { OpenResources, Resource } from '../open-resources.js';
import { deliver } from './deliver.js';
import { endWaiter, type PipeParts } from './pipe-parts.js';
import type { ChannelSink, StreamChannel } from './stream-channel.js';

/**
 * The reading end of a pipe.
 *
 * The protocol's life runs through the loop: `connectionMade` by one callback, the first byte not before the next, and
 * at the end `eofReceived` (if the other end closed) and `connectionLost`, once.
 */
export class ReadPipeTransport extends ReadTransport implements ChannelSink, Resource {
  readonly #loop: SubprocessHostLoop;
  readonly #callbacks: Callbacks;
  readonly #resources: OpenResources;
  readonly #channel: StreamChannel;
  readonly #pipe: HasFileno;
  #protocol: StreamProtocolLike | null;
  #closing = false;
  #paused = false;
  #closed = false;

  constructor({
    loop,
    callbacks,
    resources,
    channel,
    protocol,
    pipe,
    waiter,
  }: PipeParts<StreamProtocolLike>) {
    super();
    this.#loop = loop;
    this.#callbacks = callbacks;
    this.#resources = resources;
    this.#channel = channel;
    this.#protocol = protocol;
    this.#pipe = pipe;
    channel.open(this);
    resources.add('pipe', this);
    callbacks.soon(() => this.#protocol?.connectionMade?.(this), []);
    // Nothing is received before connectionMade() has been called.
    callbacks.soon(() => this.#begin(), []);
    if (waiter !== null) callbacks.soon(endWaiter, [waiter]);
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

  override isClosing(): boolean {
    return this.#closing;
  }

  override close(): void {
    if (!this.#closing) this.#lose(null);
  }

  // What the channel reports

  received(data: Buffer): void {
    const protocol = this.#protocol;
    if (this.#closing || protocol === null) return;
    try {
      this.#callbacks.run(deliver, protocol, data);
    } catch (error) {
      this.#loop.callExceptionHandler({
        message: 'protocol.dataReceived() failed',
        exception: asError(error),
        transport: this,
        protocol: protocol as BaseProtocolLike,
      });
    }
  }

  ended(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#callbacks.soon(() => this.#protocol?.eofReceived?.(), []);
    this.#callbacks.soon(() => this.#connectionLost(null), []);
  }

  failed(error: Error): void {
    if (this.#closing) return;
    // A terminal that hangs up says EIO: the usual end of what runs in it.
    if (!isOSError(error) || error.code !== 'EIO') {
      this.#loop.callExceptionHandler({
        message: 'Fatal read error on pipe transport',
        exception: error,
        transport: this,
        protocol: this.#protocol as BaseProtocolLike,
      });
    }
    this.#lose(error);
  }

  drained(): void {}

  #lose(error: Error | null): void {
    this.#closing = true;
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
    if (this.#closed) return;
    this.#closed = true;
    this.#resources.delete(this);
    this.#channel.close();
  }

  /** A short description, for messages. */
  override toString(): string {
    const state = this.#closed ? 'closed' : this.#closing ? 'closing' : this.#paused ? 'paused' : 'reading';
    return `<${this.constructor.name} ${state} fd=${this.#pipe.fileno()}>`;
  }
}
