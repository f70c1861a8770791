import {
  type AbstractFuture,
  isBufferedProtocol,
  RuntimeError,
  type StreamProtocolLike,
  type Transport,
  type WriteBufferLimits,
} from '@bight/loop-abstract';
import { checkBytes } from '@bight/loop-abstract/validate';
import { trackHandle, untrackHandle } from '@bight/loop-core';
import type { StreamChannel, StreamSink } from '../driver/stream-channel.js';
import { asError } from '../errors/os-error.js';
import { connectionLost, connectionMade, endWaiter, type Losable } from './life-cycle.js';
import { type ReceivingParts, ReceivingTransport } from './receiving-transport.js';
import { WaterMarks } from './water-marks.js';

const HIGH_BYTES = 64 * 1024;
const USUAL_MARKS = new WaterMarks(HIGH_BYTES);

/** Who counts a transport among its connections: a server. */
export interface TransportOwner {
  attach(transport: Transport): void;
  detach(transport: Transport): void;
}

/** What a stream transport is made of. */
export interface StreamTransportParts extends ReceivingParts {
  readonly owner: TransportOwner | null;
}

/**
 * The transport of a stream socket: asyncio's rules over a driver's channel.
 *
 * The protocol's life runs through the loop: `connectionMade` by one callback, the first byte not before the next, and
 * `connectionLost` once, by a callback of its own, however the connection ends.
 */
export class StreamTransport extends ReceivingTransport implements StreamSink, Losable {
  /** @internal Whether `connectionLost` has been scheduled; then counts writes in vain. */
  _lost = 0;
  /** @internal */
  _protocolPaused = false;

  /** @internal Why nothing can be written at the moment. */
  _writesRefused: string | null = null;
  /** @internal The TLS transport that this one was upgraded to. */
  _heir: StreamTransport | null = null;
  /** @internal Whether the protocol has been told of a transport, and so must be told of its end. */
  _protocolConnected = true;

  #marks: WaterMarks;
  #owner: TransportOwner | null;
  #eofWritten = false;
  #emptyWaiter: AbstractFuture<void> | null = null;

  constructor(parts: StreamTransportParts, marks = USUAL_MARKS) {
    super(parts);
    const { loop, channel, protocol, owner } = parts;
    this.#marks = marks;
    this.#owner = owner;
    owner?.attach(this);
    trackHandle(loop, 'transport', this);
    channel.open(this);
    if (isBufferedProtocol(protocol)) channel.receiveDirectly?.(true);
  }

  /** Schedules `connectionMade`, then reading, then the end of `waiter`. @internal */
  _start(waiter: AbstractFuture<void> | null): void {
    this._soon(connectionMade, [this._protocol as StreamProtocolLike, this]);
    this._startReading(waiter);
  }

  /** @internal */
  _startReading(waiter: AbstractFuture<void> | null): void {
    this._soon(beginReading, [this]);
    if (waiter !== null) this._loop.callSoon(endWaiter, [waiter]);
  }

  override isClosing(): boolean {
    return this._closing;
  }

  override write(data: ArrayBufferView): void {
    const bytes = checkBytes(data, 'data');
    this.#checkWritable();
    if (bytes.length === 0) return;
    if (this._lost > 0) {
      this._lost++;
      this._heir?.write(bytes);
      return;
    }
    this._channel.write(bytes);
    this._maybePauseProtocol();
  }

  override writelines(data: Iterable<ArrayBufferView>): void {
    const pieces: Uint8Array[] = [];
    for (const piece of data) {
      const bytes = checkBytes(piece, 'a piece of data');
      if (bytes.length > 0) pieces.push(bytes);
    }
    this.#checkWritable();
    if (pieces.length === 0) return;
    if (this._lost > 0) {
      this._lost++;
      this._heir?.writelines(pieces);
      return;
    }
    this._channel.writev(pieces);
    this._maybePauseProtocol();
  }

  #checkWritable(): void {
    if (this._writesRefused !== null) throw new RuntimeError(this._writesRefused);
    if (this.#eofWritten) throw new RuntimeError('Cannot call write() after writeEof()');
  }

  override canWriteEof(): boolean {
    return true;
  }

  override writeEof(): void {
    if (this._closing || this.#eofWritten) return;
    this.#eofWritten = true;
    this._channel.shutdown();
  }

  override setWriteBufferLimits(limits?: WriteBufferLimits | null): void {
    this.#marks = this.#marks.with(limits);
    this._maybePauseProtocol();
  }

  override getWriteBufferLimits(): [low: number, high: number] {
    return [this.#marks.lowBytes, this.#marks.highBytes];
  }

  override getWriteBufferSize(): number {
    return this._unsentBytes();
  }

  /** How many bytes the system has no room for; what was only gathered goes out first. @internal */
  _unsentBytes(): number {
    const channel = this._channel;
    if (channel.unsentBytes === 0) return 0;
    channel.flush?.();
    return channel.unsentBytes;
  }

  override close(): void {
    this._heir?.close();
    if (this._closing) return;
    this._stopForGood();
    if (this._unsentBytes() === 0) this._loseConnection(null);
  }

  /** Ends when everything that was written has been sent, or with the connection. @internal */
  _emptied(): AbstractFuture<void> {
    if (this.#emptyWaiter !== null && !this.#emptyWaiter.done()) {
      throw new RuntimeError('another sendfile() or startTls() is waiting for this transport');
    }
    const waiter = this._loop.createFuture<void>();
    if (this._unsentBytes() === 0 || this._lost > 0) waiter.setResult(undefined);
    else this.#emptyWaiter = waiter;
    return waiter;
  }

  #wakeEmptyWaiter(): void {
    const waiter = this.#emptyWaiter;
    this.#emptyWaiter = null;
    if (waiter !== null && !waiter.done()) waiter.setResult(undefined);
  }

  /** Hands the channel over, with what came through it and was not delivered; this transport is of no use any more. @internal */
  _surrender(): { channel: StreamChannel; received: Buffer | null; owner: TransportOwner | null } {
    const owner = this.#owner;
    untrackHandle(this._loop, this);
    const received = this._takeHeld();
    this.#owner = null;
    this._closing = true;
    this._lost = 1;
    return { channel: this._channel, received, owner };
  }

  /** Schedules the last callback. @internal */
  _loseConnection(error: Error | null): void {
    this._lost++;
    this.#wakeEmptyWaiter();
    this._soon(connectionLost, [this, error]);
  }

  override abort(): void {
    this._heir?.abort();
    this._forceClose(null);
  }

  /** @internal */
  override _forceClose(error: Error | null): void {
    if (this._lost > 0) return;
    if (this._unsentBytes() > 0) this._channel.close();
    if (!this._closing) this._stopForGood();
    this._loseConnection(error);
  }

  /** The last callback: tells the protocol, and gives everything back. @internal */
  _callConnectionLost(error: Error | null): void {
    try {
      if (this._protocolConnected) this._protocol?.connectionLost?.(error);
    } finally {
      this._channel.close();
      this._protocol = null;
      untrackHandle(this._loop, this);
      const owner = this.#owner;
      this.#owner = null;
      owner?.detach(this);
    }
  }

  /** @internal */
  _maybePauseProtocol(): void {
    if (this._protocolPaused || !this.#marks.isTooMuch(this._channel.unsentBytes)) return;
    if (!this.#marks.isTooMuch(this._unsentBytes())) return;
    this._protocolPaused = true;
    this._tellFlow();
  }

  /** @internal */
  _maybeResumeProtocol(): void {
    if (!this._protocolPaused || this._unsentBytes() > this.#marks.lowBytes) return;
    this._protocolPaused = false;
    this._tellFlow();
  }

  /** Tells the protocol whether to pause or to resume writing. @internal */
  _tellFlow(): void {
    const method = this._protocolPaused ? 'pauseWriting' : 'resumeWriting';
    try {
      this._protocol?.[method]?.();
    } catch (error) {
      this._report(`protocol.${method}() failed`, asError(error));
    }
  }

  // What the channel tells of sending.

  /** @internal */
  failed(error: Error | null): void {
    this._context.run(this._channelFailed, this, error);
  }

  /** @internal */
  _channelFailed(error: Error | null): void {
    this._forceClose(error);
  }

  /** @internal */
  get awaitsDrain(): boolean {
    return this._protocolPaused || this._closing || this.#emptyWaiter !== null;
  }

  /** @internal */
  drained(): void {
    if (this._lost > 0) return;
    this._context.run(this._drained, this, undefined);
  }

  /** @internal */
  _drained(): void {
    this._maybeResumeProtocol();
    if (this._unsentBytes() > 0) return;
    this.#wakeEmptyWaiter();
    if (this._closing && this._lost === 0) {
      this._lost++;
      this._callConnectionLost(null);
    }
  }
}

function beginReading(transport: StreamTransport): void {
  if (transport.isReading()) transport._channel.startReading();
}
