import {
  type AbstractFuture,
  type BaseProtocolLike,
  type BufferedProtocolLike,
  type ExtraInfoValue,
  isBufferedProtocol,
  type ProtocolLike,
  RuntimeError,
  type StreamProtocolLike,
  Transport,
  type WriteBufferLimits,
} from '@bight/loop-abstract';
import { checkBytes, typeError } from '@bight/loop-abstract/validate';
import { trackHandle, untrackHandle } from '@bight/loop-core';
import type { StreamChannel, StreamSink } from '../driver/stream-channel.js';
import type { NetBaseLoop } from '../net-base-loop.js';
import { asError, isOSError } from '../os-error.js';
import { ConnectionContext } from './connection-context.js';
import { connectionLost, connectionMade, endWaiter, type Losable } from './life-cycle.js';
import { copyReceived } from './receive-slab.js';
import { WaterMarks } from './water-marks.js';

const HIGH_BYTES = 64 * 1024;

/** Who counts a transport among its connections: a server. */
export interface TransportOwner {
  attach(transport: Transport): void;
  detach(transport: Transport): void;
}

/** What a stream transport is made of. */
export interface StreamTransportParts {
  readonly loop: NetBaseLoop;
  readonly channel: StreamChannel;
  readonly protocol: StreamProtocolLike;
  readonly owner: TransportOwner | null;
  /** The context of the connection; a new one when it is not given. */
  readonly context?: ConnectionContext | undefined;
}

/**
 * The transport of a stream socket: asyncio's rules over a driver's channel.
 *
 * The protocol's life runs through the loop: `connectionMade` by one callback, the first byte not before the next, and
 * `connectionLost` once, by a callback of its own, however the connection ends.
 */
export class StreamTransport extends Transport implements StreamSink, Losable {
  /** @internal */
  readonly _loop: NetBaseLoop;
  /** @internal */
  _channel: StreamChannel;
  /** @internal */
  readonly _context: ConnectionContext;
  /** @internal */
  _protocol: StreamProtocolLike | null;
  /** @internal Whether `close()` or worse has happened. */
  _closing = false;
  /** @internal Whether `connectionLost` has been scheduled; then counts writes in vain. */
  _lost = 0;
  /** @internal */
  _paused = false;
  /** @internal */
  _protocolPaused = false;

  /** @internal Why nothing can be written at the moment. */
  _writesRefused: string | null = null;
  /** @internal The TLS transport that this one was upgraded to. */
  _heir: StreamTransport | null = null;
  /** @internal Whether the protocol has been told of a transport, and so must be told of its end. */
  _protocolConnected = true;

  readonly #marks: WaterMarks;
  #owner: TransportOwner | null;
  #buffered = false;
  #eofWritten = false;
  #leftover: Buffer | null = null;
  #eofHeld = false;
  #room: Uint8Array | null = null;
  #emptyWaiter: AbstractFuture<void> | null = null;

  constructor(
    { loop, channel, protocol, owner, context }: StreamTransportParts,
    marks = new WaterMarks(HIGH_BYTES),
  ) {
    super();
    this.#marks = marks;
    this._loop = loop;
    this._channel = channel;
    this._protocol = protocol;
    this.#buffered = isBufferedProtocol(protocol);
    this._context = context ?? new ConnectionContext(loop);
    this.#owner = owner;
    owner?.attach(this);
    trackHandle(loop, 'transport', this);
    channel.open(this);
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

  /** Schedules a callback in the context of the connection. @internal */
  _soon<A extends unknown[]>(callback: (...args: A) => unknown, args: readonly [...A]): void {
    this._context.soon(this._loop, callback, args);
  }

  override getExtraInfo<K extends string, D = null>(name: K, fallback?: D): ExtraInfoValue<K> | D {
    const value = this._extraInfo(name);
    return (value === undefined ? (fallback ?? null) : value) as ExtraInfoValue<K> | D;
  }

  /** What is known under a name; `undefined` for nothing. @internal */
  _extraInfo(name: string): unknown {
    const { socket } = this._channel;
    switch (name) {
      case 'socket':
        return socket;
      case 'sockname':
        return known(() => socket.getsockname());
      case 'peername':
        return known(() => socket.getpeername());
      default:
        return undefined;
    }
  }

  override isClosing(): boolean {
    return this._closing;
  }

  override setProtocol(protocol: BaseProtocolLike): void {
    if (typeof protocol !== 'object' || protocol === null) {
      throw typeError('protocol', "an object with a protocol's methods", protocol);
    }
    this._protocol = protocol as StreamProtocolLike;
    this.#buffered = isBufferedProtocol(protocol);
  }

  override getProtocol(): BaseProtocolLike {
    return this._protocol as BaseProtocolLike;
  }

  override isReading(): boolean {
    return !this._paused && !this._closing;
  }

  override pauseReading(): void {
    if (this._closing || this._paused) return;
    this._paused = true;
    this._channel.stopReading();
  }

  override resumeReading(): void {
    if (this._closing || !this._paused) return;
    this._paused = false;
    if (this.#leftover === null && !this.#eofHeld) this._channel.startReading();
    else this._soon(deliverHeld, [this]);
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
    this.#marks.set(limits);
    this._maybePauseProtocol();
  }

  override getWriteBufferLimits(): [low: number, high: number] {
    return [this.#marks.lowBytes, this.#marks.highBytes];
  }

  override getWriteBufferSize(): number {
    return this._channel.unsentBytes;
  }

  override close(): void {
    this._heir?.close();
    if (this._closing) return;
    this._stopForGood();
    if (this._channel.unsentBytes === 0) {
      this._loseConnection(null);
    }
  }

  /** Ends when everything that was written has been sent, or with the connection. @internal */
  _emptied(): AbstractFuture<void> {
    if (this.#emptyWaiter !== null && !this.#emptyWaiter.done()) {
      throw new RuntimeError('another sendfile() or startTls() is waiting for this transport');
    }
    const waiter = this._loop.createFuture<void>();
    if (this._channel.unsentBytes === 0 || this._lost > 0) waiter.setResult(undefined);
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
    // What is left may be in memory that will be used again.
    const received = this.#leftover === null ? null : Buffer.from(this.#leftover);
    this.#owner = null;
    this._closing = true;
    this._lost = 1;
    this.#leftover = null;
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

  /** Ends the connection without sending what is unsent. @internal */
  _forceClose(error: Error | null): void {
    if (this._lost > 0) return;
    if (this._channel.unsentBytes > 0) this._channel.close();
    if (!this._closing) this._stopForGood();
    this._loseConnection(error);
  }

  /** Receives no more, whatever may come. @internal */
  _stopForGood(): void {
    this._closing = true;
    this.#leftover = null;
    this.#eofHeld = false;
    this._channel.stopReading();
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

  /** Reports what is not the operating system's doing, and ends the connection. @internal */
  _fatalError(thrown: unknown, message: string): void {
    const exception = asError(thrown);
    if (!isOSError(exception)) this._report(message, exception);
    this._forceClose(exception);
  }

  /** @internal */
  _report(message: string, exception: Error): void {
    const protocol = this._protocol ?? undefined;
    this._loop.callExceptionHandler({ message, exception, transport: this, protocol });
  }

  /** @internal */
  _maybePauseProtocol(): void {
    if (this._protocolPaused || !this.#marks.isTooMuch(this._channel.unsentBytes)) return;
    this._protocolPaused = true;
    this._tellFlow();
  }

  /** @internal */
  _maybeResumeProtocol(): void {
    if (!this._protocolPaused || this._channel.unsentBytes > this.#marks.lowBytes) return;
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

  // What the channel tells. It does so inside the loop, in no particular context.

  /** @internal */
  received(memory: Buffer, length: number, transient: boolean): void {
    if (this._closing) return;
    if (this._paused || this.#leftover !== null) {
      this.#keep(transient ? Buffer.from(memory.subarray(0, length)) : memory);
    } else if (this.#buffered) {
      this._context.run(this.#fill, this, memory.length === length ? memory : memory.subarray(0, length));
      // What a paused protocol did not take is still in memory that is not ours.
      if (transient && this.#leftover !== null) this.#leftover = Buffer.from(this.#leftover);
    } else {
      this._context.run(this.#deliver, this, transient ? copyReceived(memory, length) : memory);
    }
  }

  #keep(bytes: Buffer): void {
    this.#leftover = this.#leftover === null ? bytes : Buffer.concat([this.#leftover, bytes]);
  }

  #deliver(data: Buffer): void {
    try {
      (this._protocol as ProtocolLike).dataReceived?.(data);
    } catch (error) {
      this._fatalError(error, 'Fatal error: protocol.dataReceived() call failed.');
    }
  }

  /** Hands bytes out in portions of what the protocol has room for; whenever it is called, the rest is in order. */
  #fill(bytes: Buffer): void {
    this.#leftover = bytes;
    while (this.#leftover !== null && !this._closing && !this._paused) {
      const rest: Buffer = this.#leftover;
      if (!this.#buffered) {
        this.#leftover = null;
        this.#deliver(Buffer.from(rest));
        return;
      }
      const room = this.#getRoom();
      if (room === null) return;
      const count = rest.copy(room);
      this.#leftover = count < rest.length ? rest.subarray(count) : null;
      this.#updated(count);
    }
  }

  #getRoom(): Uint8Array | null {
    try {
      const room = checkBytes(
        (this._protocol as BufferedProtocolLike).getBuffer(-1),
        'what getBuffer() returned',
      );
      if (room.length === 0) throw new RuntimeError('getBuffer() returned an empty buffer');
      return room;
    } catch (error) {
      this._fatalError(error, 'Fatal error: protocol.getBuffer() call failed.');
      return null;
    }
  }

  #updated(count: number): void {
    try {
      (this._protocol as BufferedProtocolLike).bufferUpdated?.(count);
    } catch (error) {
      this._fatalError(error, 'Fatal error: protocol.bufferUpdated() call failed.');
    }
  }

  /** @internal */
  room(): Uint8Array | null {
    if (!this.#buffered || this._closing || this._paused) return null;
    this._context.run(this.#makeRoom, this, undefined);
    return this.#room;
  }

  #makeRoom(): void {
    this.#room = this.#getRoom();
  }

  /** @internal */
  filled(length: number): void {
    this.#room = null;
    this._context.run(this.#updated, this, length);
  }

  /** @internal */
  ended(): void {
    if (this._closing) return;
    if (this._paused || this.#leftover !== null) this.#eofHeld = true;
    else this._context.run(this._eofReceived, this, undefined);
  }

  /** @internal */
  _eofReceived(): void {
    let keepOpen: unknown;
    try {
      keepOpen = this._protocol?.eofReceived?.();
    } catch (error) {
      this._fatalError(error, 'Fatal error: protocol.eofReceived() call failed.');
      return;
    }
    if (!keepOpen) this.close();
  }

  /** What came while reading was paused, before anything that comes later. @internal */
  _deliverHeld(): void {
    if (this._closing || this._paused) return;
    const leftover = this.#leftover;
    this.#leftover = null;
    if (leftover !== null) this.received(leftover, leftover.length, false);
    if (this._closing || this._paused || this.#leftover !== null) return;
    if (this.#eofHeld) {
      this.#eofHeld = false;
      this._eofReceived();
    } else {
      this._channel.startReading();
    }
  }

  /** @internal */
  failed(error: Error | null): void {
    this._context.run(this._channelFailed, this, error);
  }

  /** @internal */
  _channelFailed(error: Error | null): void {
    this._forceClose(error);
  }

  /** @internal */
  drained(): void {
    if (this._lost > 0) return;
    this._context.run(this._drained, this, undefined);
  }

  /** @internal */
  _drained(): void {
    this._maybeResumeProtocol();
    if (this._channel.unsentBytes === 0) this.#wakeEmptyWaiter();
    if (this._closing && this._lost === 0 && this._channel.unsentBytes === 0) {
      this._lost++;
      this._callConnectionLost(null);
    }
  }
}

function beginReading(transport: StreamTransport): void {
  if (transport.isReading()) transport._channel.startReading();
}

function deliverHeld(transport: StreamTransport): void {
  transport._deliverHeld();
}

function known<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
