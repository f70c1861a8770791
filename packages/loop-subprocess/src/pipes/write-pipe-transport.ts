import { constants } from 'node:os';
import {
  type BaseProtocolLike,
  type ExtraInfoValue,
  type HasFileno,
  type WriteBufferLimits,
  WriteTransport,
} from '@bight/loop-abstract';
import { systemError } from '@bight/loop-abstract/system-error';
import { checkBytes, typeError } from '@bight/loop-abstract/validate';
import { isOSError } from '@bight/loop-core/low-level';
import type { Callbacks } from '../callbacks.js';
import type { SubprocessHostLoop } from '../host-loop.js';
import type { OpenResources, Resource } from '../open-resources.js';
import { endWaiter, type PipeParts } from './pipe-parts.js';
import type { ChannelSink, StreamChannel } from './stream-channel.js';
import { VainWrites } from './vain-writes.js';
import { WriteFlow } from './write-flow.js';

const EPIPE = -constants.errno.EPIPE;

/**
 * How it is noticed that the reader is gone, before something is written: by reading (the end of a socket), not at all
 * (terminals), or by a function that starts to watch for it and returns the way to stop.
 */
export type Hangup = 'read' | 'unseen' | ((onHangup: () => void) => () => void);

/**
 * The writing end of a pipe.
 *
 * `writeEof()` and `close()` are the same: a pipe has one direction. When the reader goes away, `connectionLost` is called,
 * with an EPIPE error if something was still to be sent.
 */
export class WritePipeTransport extends WriteTransport implements ChannelSink, Resource {
  readonly #callbacks: Callbacks;
  readonly #loop: SubprocessHostLoop;
  readonly #resources: OpenResources;
  readonly #channel: StreamChannel;
  readonly #pipe: HasFileno;
  readonly #flow: WriteFlow;
  readonly #vainWrites = new VainWrites();
  #protocol: BaseProtocolLike | null;
  #closing = false;
  #lost = false;
  #closed = false;
  #stopWatching: (() => void) | null = null;

  constructor(
    { loop, callbacks, resources, channel, protocol, pipe, waiter }: PipeParts<BaseProtocolLike>,
    hangup: Hangup,
  ) {
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
    callbacks.soon(() => this.#begin(hangup), []);
    if (waiter !== null) callbacks.soon(endWaiter, [waiter]);
  }

  #begin(hangup: Hangup): void {
    if (this.#lost) return;
    if (hangup === 'read') this.#channel.startReading();
    else if (hangup !== 'unseen') this.#stopWatching = hangup(() => this.ended());
  }

  override getExtraInfo<K extends string, D = null>(name: K, fallback?: D): ExtraInfoValue<K> | D {
    return (name === 'pipe' ? this.#pipe : (fallback ?? null)) as ExtraInfoValue<K> | D;
  }

  override setProtocol(protocol: BaseProtocolLike): void {
    if (typeof protocol !== 'object' || protocol === null) {
      throw typeError('protocol', "an object with a protocol's methods", protocol);
    }
    this.#protocol = protocol;
  }

  override getProtocol(): BaseProtocolLike {
    return this.#protocol as BaseProtocolLike;
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
    if (bytes.length === 0) return;
    if (this.#lost || this.#closing) {
      this.#vainWrites.note();
      return;
    }
    this.#channel.write(bytes);
    this.#flow.grown();
  }

  override writelines(data: Iterable<ArrayBufferView>): void {
    const pieces = [...data].map((piece) => checkBytes(piece, 'a piece of data'));
    this.write(pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces));
  }

  override canWriteEof(): boolean {
    return true;
  }

  override writeEof(): void {
    if (this.#closing) return;
    this.#closing = true;
    if (this.#channel.unsentBytes === 0) this.#lose(null);
  }

  override isClosing(): boolean {
    return this.#closing;
  }

  override close(): void {
    this.writeEof();
  }

  override abort(): void {
    this.#lose(null);
  }

  // What the channel reports

  /** The other end of a write pipe has nothing to say; of a socket, what it says is dropped. */
  received(): void {}

  ended(): void {
    this.#lose(this.#channel.hasUnsent ? systemError(EPIPE, 'write') : null);
  }

  failed(error: Error): void {
    // A process that ends without having read everything resets the socket that stands for the pipe.
    if (isOSError(error) && (error.code === 'ECONNRESET' || error.syscall === 'read')) {
      this.ended();
      return;
    }
    if (!isOSError(error) && !this.#lost) {
      this.#loop.callExceptionHandler({
        message: 'Fatal write error on pipe transport',
        exception: error,
        transport: this,
        protocol: this.#protocol as BaseProtocolLike,
      });
    }
    this.#lose(error);
  }

  drained(): void {
    if (this.#lost) return;
    this.#flow.shrunk();
    // The protocol may have written again, or closed.
    if (this.#closing && this.#channel.unsentBytes === 0) this.#lose(null);
  }

  #lose(error: Error | null): void {
    this.#closing = true;
    if (this.#lost) return;
    this.#lost = true;
    this.#stopWatching?.();
    // What is unsent is dropped; but the descriptor stays open until `connectionLost` has been called.
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
    this.#stopWatching?.();
    this.#resources.delete(this);
    this.#channel.close();
  }

  /** A short description, for messages. */
  override toString(): string {
    const state = this.#closed ? 'closed' : this.#closing ? 'closing' : 'open';
    return `<${this.constructor.name} ${state} fd=${this.#pipe.fileno()} bufsize=${this.getWriteBufferSize()}>`;
  }
}
