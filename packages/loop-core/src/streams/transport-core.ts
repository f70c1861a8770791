import {
  type AbstractFuture,
  type BaseTransport,
  RuntimeError,
  type StreamProtocolLike,
  type WriteBufferLimits,
} from '@bight/loop-abstract';
import { trackHandle, untrackHandle } from '../debugging/open-handles.js';
import type { StreamChannel } from './channel.js';
import { beginReading, connectionLost, connectionMade, endWaiter, type HasCallbacks } from './life-cycle.js';
import { asError } from './os-error.js';
import { ReceivingCore, type ReceivingParts } from './receiving-core.js';
import { WaterMarks } from './water-marks.js';

/** How many writes after the end stay without a warning. */
const TOLERATED_WRITES = 5;

// What is true of a core, as bits of one number; how many writes were in vain is above them.

/** `connectionLost` has been scheduled. */
const LOST = 1;
/** The protocol should not write now. */
const PROTOCOL_PAUSED = 2;
/** The protocol has been given no transport, and does not learn of its end. */
const PROTOCOL_UNCONNECTED = 4;
const HALF_CLOSE = 8;
const EOF_WRITTEN = 16;
const ONE_IN_VAIN = 32;

/** What counts a transport among its connections: a server, or a loop that closes what is open. */
export interface TransportOwner {
  /** A transport was made. */
  attach(transport: BaseTransport): void;
  /** A transport has called its last callback, or was upgraded. */
  detach(transport: BaseTransport): void;
}

/** What the inner object of a transport is made of. */
export interface TransportParts<C extends StreamChannel = StreamChannel> extends ReceivingParts<C> {
  /** What counts the transport among its connections; `null` for nothing. */
  readonly owner: TransportOwner | null;
}

/**
 * The inner object of a stream transport: asyncio's rules over a driver's channel, whose events it takes as their sink.
 *
 * The protocol's life runs through the loop: `connectionMade` by one callback, the first byte not before the next, and
 * `connectionLost` once, by a callback of its own, however the connection ends.
 */
export abstract class TransportCore<C extends StreamChannel = StreamChannel> extends ReceivingCore<C> {
  #state = 0;
  #marks: WaterMarks;
  #owner: TransportOwner | null;
  #emptyWaiter: AbstractFuture<void> | null = null;

  constructor(parts: TransportParts<C>, marks: WaterMarks = WaterMarks.usual) {
    super(parts);
    this.#marks = marks;
    this.#owner = parts.owner;
  }

  #has(flag: number): boolean {
    return (this.#state & flag) !== 0;
  }

  #set(flag: number, isSet: boolean): void {
    this.#state = isSet ? this.#state | flag : this.#state & ~flag;
  }

  /** The kind of the transport in the loop's list of open handles. */
  get kind(): string {
    return 'transport';
  }

  /** What the program is warned of when it goes on writing after the end; `null` for nothing. */
  get vainWriteWarning(): string | null {
    return null;
  }

  /** Whether `connectionLost` has been scheduled. */
  get isLost(): boolean {
    return (this.#state & LOST) !== 0;
  }

  set isLost(isLost: boolean) {
    this.#set(LOST, isLost);
  }

  /** Whether the protocol should not write now. */
  get isProtocolPaused(): boolean {
    return (this.#state & PROTOCOL_PAUSED) !== 0;
  }

  set isProtocolPaused(isPaused: boolean) {
    this.#set(PROTOCOL_PAUSED, isPaused);
  }

  /** Whether the protocol has been given a transport, and so must learn of its end. */
  get isProtocolConnected(): boolean {
    return !this.#has(PROTOCOL_UNCONNECTED);
  }

  set isProtocolConnected(isConnected: boolean) {
    this.#set(PROTOCOL_UNCONNECTED, !isConnected);
  }

  /**
   * Whether each half of the connection ends by itself where the encryption allows it: asyncio knows no half-closing
   * over TLS, Node's sockets do.
   */
  get allowsHalfClose(): boolean {
    return this.#has(HALF_CLOSE);
  }

  set allowsHalfClose(allows: boolean) {
    this.#set(HALF_CLOSE, allows);
  }

  /** Couples this with the transport that users have. */
  bind(transport: BaseTransport & HasCallbacks): void {
    this.transport = transport;
    this.#owner?.attach(transport);
    trackHandle(this.loop, this.kind, transport);
    this.channel.open(this);
  }

  /** Schedules `connectionMade`, then reading, then the end of `waiter`. */
  start(waiter: AbstractFuture<void> | null): void {
    this.soon(connectionMade, [this.protocol as StreamProtocolLike, this.transport]);
    this.scheduleReading(waiter);
  }

  /** Schedules reading, then the end of `waiter`. */
  scheduleReading(waiter: AbstractFuture<void> | null): void {
    this.soon(beginReading, [this.transport]);
    if (waiter !== null) this.loop.callSoon(endWaiter, [waiter]);
  }

  beginReading(): void {
    if (this.isReading()) this.startReceiving();
  }

  /** The transport's `isClosing()`. */
  isClosing(): boolean {
    return this.isEnding || this.channel.hasFailed === true;
  }

  // Writing

  /** The transport's `write()`. */
  write(bytes: Uint8Array): void {
    this.checkWritable('write');
    this.writeUnchecked(bytes);
  }

  /** Writes for an operation that has the transport for itself. */
  writeUnchecked(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (!this.takesWrites) {
      this.writeInVain([bytes]);
      return;
    }
    this.channel.write(bytes);
    this.#maybePauseProtocol();
  }

  /**
   * The transport's `writelines()`.
   *
   * @param pieces - none of them empty
   */
  writelines(pieces: readonly Uint8Array[]): void {
    this.checkWritable('write');
    if (pieces.length === 0) return;
    if (!this.takesWrites) {
      this.writeInVain(pieces);
      return;
    }
    this.channel.writev(pieces);
    this.#maybePauseProtocol();
  }

  /** Whether what is written still goes to the channel. */
  get takesWrites(): boolean {
    return (this.#state & LOST) === 0;
  }

  /** The program writes after the end. */
  writeInVain(_pieces: readonly Uint8Array[]): void {
    if (this.#state < TOLERATED_WRITES * ONE_IN_VAIN) this.#state += ONE_IN_VAIN;
    else if (this.vainWriteWarning !== null) console.warn(this.vainWriteWarning);
  }

  /**
   * Checks that the program may write.
   *
   * @param _method - which method it has called, for messages
   * @throws {RuntimeError} when nothing may be written now
   */
  checkWritable(_method: string): void {
    if ((this.#state & EOF_WRITTEN) !== 0) throw new RuntimeError('Cannot call write() after writeEof()');
  }

  /** Whether the program has ended the sending half. */
  get isEofWritten(): boolean {
    return this.#has(EOF_WRITTEN);
  }

  /** The transport's `canWriteEof()`. */
  canWriteEof(): boolean {
    return true;
  }

  /** The transport's `writeEof()`. */
  writeEof(): void {
    if (this.isEnding || this.isEofWritten) return;
    this.#set(EOF_WRITTEN, true);
    this.channel.shutdown();
  }

  /** The transport's `setWriteBufferLimits()`. */
  setWriteBufferLimits(limits?: WriteBufferLimits | null): void {
    this.#marks = this.#marks.with(limits);
    this.#maybePauseProtocol();
  }

  /** The transport's `getWriteBufferLimits()`. */
  getWriteBufferLimits(): [low: number, high: number] {
    return [this.#marks.lowBytes, this.#marks.highBytes];
  }

  /** How many bytes the system has no room for; what was only gathered goes out first. */
  unsentBytes(): number {
    const { channel } = this;
    if (channel.unsentBytes === 0) return 0;
    channel.flush?.();
    return channel.unsentBytes;
  }

  #maybePauseProtocol(): void {
    if ((this.#state & PROTOCOL_PAUSED) !== 0 || !this.#marks.isTooMuch(this.channel.unsentBytes)) return;
    if (!this.#marks.isTooMuch(this.unsentBytes())) return;
    this.isProtocolPaused = true;
    this.reportFlow();
  }

  /** Resumes the protocol if it is paused and little enough is unsent. */
  maybeResumeProtocol(): void {
    if (!this.isProtocolPaused || this.unsentBytes() > this.#marks.lowBytes) return;
    this.isProtocolPaused = false;
    this.reportFlow();
  }

  /** Calls the protocol's `pauseWriting()` or `resumeWriting()`. */
  reportFlow(): void {
    const method = this.isProtocolPaused ? 'pauseWriting' : 'resumeWriting';
    try {
      this.protocol?.[method]?.();
    } catch (error) {
      this.report(`protocol.${method}() failed`, asError(error));
    }
  }

  /** Waits until everything that was written has been sent, or the connection is at its end. */
  emptied(): AbstractFuture<void> {
    const waiter = this.loop.createFuture<void>();
    if (this.unsentBytes() === 0 || this.isLost) waiter.setResult(undefined);
    else this.#emptyWaiter = waiter;
    return waiter;
  }

  #wakeEmptyWaiter(): void {
    const waiter = this.#emptyWaiter;
    this.#emptyWaiter = null;
    if (waiter !== null) endWaiter(waiter);
  }

  // The end

  close(): void {
    if (this.isEnding) return;
    this.stopForGood();
    // A write that failed ends the connection with its error, in a later turn.
    if (this.channel.hasFailed === true) return;
    if (this.unsentBytes() === 0) this.loseConnection(null);
  }

  /** The transport's `abort()`. */
  abort(): void {
    this.forceClose(null);
  }

  /**
   * Ends the connection with a reset where the channel can, which the peer notices as an error; otherwise as `abort()`.
   */
  reset(): void {
    if (!this.isLost) this.channel.resetOnClose?.();
    this.abort();
  }

  override forceClose(error: Error | null): void {
    if (this.isLost) return;
    if (this.unsentBytes() > 0) this.channel.close();
    if (!this.isEnding) this.stopForGood();
    this.loseConnection(error);
  }

  /** Schedules the last callback. */
  loseConnection(error: Error | null): void {
    this.isLost = true;
    this.#wakeEmptyWaiter();
    this.soon(connectionLost, [this.transport, error]);
  }

  override callConnectionLost(error: Error | null): void {
    try {
      if (this.isProtocolConnected) this.protocol?.connectionLost?.(error);
    } finally {
      this.channel.close();
      this.protocol = null;
      this.release()?.detach(this.transport);
    }
  }

  /**
   * Removes the transport from what is open in the loop.
   *
   * @returns the owner, which still counts the transport
   */
  release(): TransportOwner | null {
    untrackHandle(this.loop, this.transport);
    const owner = this.#owner;
    this.#owner = null;
    return owner;
  }

  /** A short description, for messages. */
  describe(): string {
    const state = this.isEnding ? (this.protocol === null ? 'closed' : 'closing') : this.openState();
    const unsentBytes = this.isLost ? 0 : this.channel.unsentBytes;
    return `${state} fd=${this.fileno()}${unsentBytes === 0 ? '' : ` bufsize=${unsentBytes}`}`;
  }

  /** The state of a transport that is neither closing nor closed, in a word. */
  openState(): string {
    return this.isReading() ? 'reading' : 'paused';
  }

  /** The descriptor; -1 where there is none. */
  abstract fileno(): number;

  /** Gives everything back at once, without a callback: the loop is about to be closed. */
  discard(): void {
    this.isEnding = true;
    this.isLost = true;
    this.channel.close();
    this.release();
  }

  // What the channel delivers of sending

  override failed(error: Error | null): void {
    this.context.run(this.channelFailed, this, error);
  }

  /** The channel has failed; runs in the context of the connection. */
  channelFailed(error: Error | null): void {
    this.forceClose(error);
  }

  override get awaitsDrain(): boolean {
    return this.isProtocolPaused || this.isEnding || this.#emptyWaiter !== null;
  }

  override drained(): void {
    if (this.isLost) return;
    this.context.run(this.bufferShrunk, this, undefined);
  }

  /** The channel has sent some of what was unsent; runs in the context of the connection. */
  bufferShrunk(): void {
    this.maybeResumeProtocol();
    if (this.unsentBytes() > 0) return;
    this.#wakeEmptyWaiter();
    if (this.isEnding && !this.isLost) {
      this.isLost = true;
      this.callConnectionLost(null);
    }
  }
}
