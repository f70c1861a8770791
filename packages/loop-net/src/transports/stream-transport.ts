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
import { asError } from '@bight/loop-core/low-level';
import type { StreamChannel, StreamSink } from '../driver/stream-channel.js';
import {
  kBeginOperation,
  kBeginReading,
  kCallConnectionLost,
  kChannel,
  kClosing,
  kContext,
  kDrained,
  kEmptied,
  kEndOperation,
  kForceClose,
  kHostName,
  kIsEofHeld,
  kLoop,
  kLoseConnection,
  kLost,
  kMaybeResumeProtocol,
  kProtocol,
  kProtocolConnected,
  kProtocolPaused,
  kReport,
  kRest,
  kSoon,
  kStart,
  kStartReading,
  kStopForGood,
  kSurrender,
  kTakeHeld,
  kUpgradedTo,
  kWriteForOperation,
} from '../internals.js';
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

/** What is left of a transport that was upgraded. */
export interface Surrendered {
  readonly channel: StreamChannel;
  /** What came through it and was not delivered. */
  readonly received: Buffer | null;
  /** Whether the other end's end came, too. */
  readonly isOver: boolean;
  readonly owner: TransportOwner | null;
}

/** What has a transport for itself for a while. */
export interface TransportOperation {
  /** For messages. */
  readonly name: 'sendfile' | 'startTls';
  /** What is told, in place of the protocol, that the transport wants no more for now, or more again. */
  flow?(isPaused: boolean): void;
  /** What is told, before the protocol, that the connection is at its end. */
  lost?(error: Error | null): void;
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
  [kLost] = 0;
  /** @internal */
  [kProtocolPaused] = false;

  /** @internal The name of the host that the connection was made to, if the caller gave one. */
  [kHostName]: string | null = null;
  /** @internal The TLS transport that this one was upgraded to. */
  [kUpgradedTo]: StreamTransport | null = null;
  /** @internal Whether the protocol has been told of a transport, and so must be told of its end. */
  [kProtocolConnected] = true;

  #marks: WaterMarks;
  #owner: TransportOwner | null;
  #eofWritten = false;
  #emptyWaiter: AbstractFuture<void> | null = null;
  #operation: TransportOperation | null = null;
  /** What the protocol was last told about writing. */
  #toldPaused = false;

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
  [kStart](waiter: AbstractFuture<void> | null): void {
    this[kSoon](connectionMade, [this[kProtocol] as StreamProtocolLike, this]);
    this[kStartReading](waiter);
  }

  /** @internal */
  [kStartReading](waiter: AbstractFuture<void> | null): void {
    this[kSoon](beginReading, [this]);
    if (waiter !== null) this[kLoop].callSoon(endWaiter, [waiter]);
  }

  /** The last callback of the beginning: from now on the protocol may receive. @internal */
  [kBeginReading](): void {
    if (this.isReading()) this[kChannel].startReading();
  }

  override isClosing(): boolean {
    return this[kClosing] || this[kChannel].hasFailed === true;
  }

  override write(data: ArrayBufferView): void {
    const bytes = checkBytes(data, 'data');
    this.#checkWritable('write');
    this[kWriteForOperation](bytes);
  }

  /** @internal */
  [kWriteForOperation](bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this[kLost] > 0) {
      this[kLost]++;
      this[kUpgradedTo]?.write(bytes);
      return;
    }
    this[kChannel].write(bytes);
    this.#maybePauseProtocol();
  }

  override writelines(data: Iterable<ArrayBufferView>): void {
    const pieces: Uint8Array[] = [];
    for (const piece of data) {
      const bytes = checkBytes(piece, 'a piece of data');
      if (bytes.length > 0) pieces.push(bytes);
    }
    this.#checkWritable('write');
    if (pieces.length === 0) return;
    if (this[kLost] > 0) {
      this[kLost]++;
      this[kUpgradedTo]?.writelines(pieces);
      return;
    }
    this[kChannel].writev(pieces);
    this.#maybePauseProtocol();
  }

  #checkWritable(method: string): void {
    if (this.#operation?.name === 'sendfile') throw inProgress(method, 'sendfile');
    if (this.#eofWritten) throw new RuntimeError('Cannot call write() after writeEof()');
  }

  override canWriteEof(): boolean {
    return true;
  }

  override writeEof(): void {
    if (this[kClosing] || this.#eofWritten) return;
    if (this.#operation?.name === 'sendfile') throw inProgress('writeEof', 'sendfile');
    this.#eofWritten = true;
    this[kChannel].shutdown();
  }

  override setWriteBufferLimits(limits?: WriteBufferLimits | null): void {
    this.#marks = this.#marks.with(limits);
    this.#maybePauseProtocol();
  }

  override getWriteBufferLimits(): [low: number, high: number] {
    return [this.#marks.lowBytes, this.#marks.highBytes];
  }

  override getWriteBufferSize(): number {
    return this.#unsentBytes();
  }

  /** How many bytes the system has no room for; what was only gathered goes out first. @internal */
  #unsentBytes(): number {
    const channel = this[kChannel];
    if (channel.unsentBytes === 0) return 0;
    channel.flush?.();
    return channel.unsentBytes;
  }

  override close(): void {
    this[kUpgradedTo]?.close();
    if (this[kClosing]) return;
    this[kStopForGood]();
    // A write that failed ends the connection with its error, in a later turn.
    if (this[kChannel].hasFailed === true) return;
    if (this.#unsentBytes() === 0) this[kLoseConnection](null);
  }

  /**
   * Gives the transport to an operation, until {@link kEndOperation}: reading rests, and the operation is told of the flow.
   *
   * @throws {RuntimeError} when another one has it
   * @internal
   */
  [kBeginOperation](operation: TransportOperation): void {
    if (this.#operation !== null) throw inProgress(operation.name, this.#operation.name);
    this.#operation = operation;
    this[kRest](true);
  }

  /** @internal */
  [kEndOperation](): void {
    this.#operation = null;
    if (this[kLost] > 0) return;
    this[kRest](false);
    if (this.#toldPaused !== this[kProtocolPaused]) this.#reportFlow();
  }

  /** Ends when everything that was written has been sent, or with the connection. @internal */
  [kEmptied](): AbstractFuture<void> {
    const waiter = this[kLoop].createFuture<void>();
    if (this.#unsentBytes() === 0 || this[kLost] > 0) waiter.setResult(undefined);
    else this.#emptyWaiter = waiter;
    return waiter;
  }

  #wakeEmptyWaiter(): void {
    const waiter = this.#emptyWaiter;
    this.#emptyWaiter = null;
    if (waiter !== null && !waiter.done()) waiter.setResult(undefined);
  }

  /** Hands the channel over, with what came through it and was not delivered; this transport is of no use any more. @internal */
  [kSurrender](): Surrendered {
    const owner = this.#owner;
    untrackHandle(this[kLoop], this);
    const isOver = this[kIsEofHeld];
    const received = this[kTakeHeld]();
    this.#owner = null;
    this[kClosing] = true;
    this[kLost] = 1;
    return { channel: this[kChannel], received, isOver, owner };
  }

  /** Schedules the last callback. @internal */
  [kLoseConnection](error: Error | null): void {
    this[kLost]++;
    this.#wakeEmptyWaiter();
    this[kSoon](connectionLost, [this, error]);
  }

  override abort(): void {
    this[kUpgradedTo]?.abort();
    this[kForceClose](null);
  }

  /** @internal */
  override [kForceClose](error: Error | null): void {
    if (this[kLost] > 0) return;
    if (this.#unsentBytes() > 0) this[kChannel].close();
    if (!this[kClosing]) this[kStopForGood]();
    this[kLoseConnection](error);
  }

  /** The last callback: tells the protocol, and gives everything back. @internal */
  [kCallConnectionLost](error: Error | null): void {
    try {
      this.#operation?.lost?.(error);
      if (this[kProtocolConnected]) this[kProtocol]?.connectionLost?.(error);
    } finally {
      this[kChannel].close();
      this[kProtocol] = null;
      untrackHandle(this[kLoop], this);
      const owner = this.#owner;
      this.#owner = null;
      owner?.detach(this);
    }
  }

  /** @internal */
  #maybePauseProtocol(): void {
    if (this[kProtocolPaused] || !this.#marks.isTooMuch(this[kChannel].unsentBytes)) return;
    if (!this.#marks.isTooMuch(this.#unsentBytes())) return;
    this[kProtocolPaused] = true;
    this.#reportFlow();
  }

  /** @internal */
  [kMaybeResumeProtocol](): void {
    if (!this[kProtocolPaused] || this.#unsentBytes() > this.#marks.lowBytes) return;
    this[kProtocolPaused] = false;
    this.#reportFlow();
  }

  /** Tells the protocol, or the operation in its place, whether to pause or to resume writing. */
  #reportFlow(): void {
    const isPaused = this[kProtocolPaused];
    if (this.#operation?.flow !== undefined) {
      this.#operation.flow(isPaused);
      return;
    }
    this.#toldPaused = isPaused;
    const method = isPaused ? 'pauseWriting' : 'resumeWriting';
    try {
      this[kProtocol]?.[method]?.();
    } catch (error) {
      this[kReport](`protocol.${method}() failed`, asError(error));
    }
  }

  // What the channel tells of sending.

  /** @internal */
  failed(error: Error | null): void {
    this[kContext].run(this.#channelFailed, this, error);
  }

  /** @internal */
  #channelFailed(error: Error | null): void {
    this[kForceClose](error);
  }

  /** @internal */
  get awaitsDrain(): boolean {
    return this[kProtocolPaused] || this[kClosing] || this.#emptyWaiter !== null;
  }

  /** @internal */
  drained(): void {
    if (this[kLost] > 0) return;
    this[kContext].run(this[kDrained], this, undefined);
  }

  /** @internal */
  [kDrained](): void {
    this[kMaybeResumeProtocol]();
    if (this.#unsentBytes() > 0) return;
    this.#wakeEmptyWaiter();
    if (this[kClosing] && this[kLost] === 0) {
      this[kLost]++;
      this[kCallConnectionLost](null);
    }
  }
}

function inProgress(method: string, operation: string): RuntimeError {
  return new RuntimeError(`unable to ${method}; ${operation} is in progress`);
}

function beginReading(transport: StreamTransport): void {
  transport[kBeginReading]();
}
