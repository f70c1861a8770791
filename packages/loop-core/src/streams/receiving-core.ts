import type { Buffer } from 'node:buffer';
import {
  type BaseProtocolLike,
  type BaseTransport,
  type BufferedProtocolLike,
  type DebugLoop,
  type ErrorHandlingLoop,
  isBufferedProtocol,
  type ProtocolLike,
  type ReceiveMode,
  RuntimeError,
  type SchedulingLoop,
  type StreamProtocolLike,
  type TaskLoop,
} from '@bight/loop-abstract';
import { checkBytes, typeError, valueError } from '@bight/loop-abstract/validate';
import { inDebugMode } from '../debugging/debug-mode.js';
import type { StreamChannel, StreamSink } from './channel.js';
import { ConnectionContext } from './connection-context.js';
import { HeldBytes } from './held-bytes.js';
import { lendPoisoned } from './lend-poisoned.js';
import { deliverHeld, type HasCallbacks, type TransportCallbacks } from './life-cycle.js';
import { asError, isOSError } from './os-error.js';

/** What a loop must have so that transports can be put on it. */
export type TransportLoop = SchedulingLoop & TaskLoop & ErrorHandlingLoop & Partial<DebugLoop>;

// What is true of a core, as bits of one number: a server has ten thousand connections, and a field takes eight bytes.

/** `close()` or worse has happened. */
const ENDING = 1;
/** The channel receives. */
const RECEIVING = 2;
/** The protocol has paused reading. */
const PAUSED = 4;
/** Reading rests for an operation that has the transport. */
const RESTING = 8;
const BUFFERED = 16;
/** The protocol uses what it receives only until its method returns. */
const BORROWING = 32;
/** The peer's end waits for reading to be resumed. */
const EOF_HELD = 64;

/** With any of these, nothing is delivered. */
const SILENT = ENDING | PAUSED | RESTING;

/** What the receiving half of a transport is made of. */
export interface ReceivingParts<C extends StreamChannel = StreamChannel> {
  readonly loop: TransportLoop;
  readonly channel: C;
  readonly protocol: StreamProtocolLike;
  /** The context of the connection; a new one when it is not given. */
  readonly context?: ConnectionContext | undefined;
}

/**
 * The receiving half of a stream transport's inner object: which protocol it has, what that is given and when, and what
 * is kept for it while reading is paused.
 */
export abstract class ReceivingCore<C extends StreamChannel = StreamChannel>
  implements StreamSink, TransportCallbacks
{
  readonly loop: TransportLoop;
  readonly channel: C;
  readonly context: ConnectionContext;
  /** The transport that users have, once it is made. */
  transport!: BaseTransport & HasCallbacks;
  /** `null` after the last callback. */
  protocol: StreamProtocolLike | null;
  #state = 0;
  /** What came while nothing was to be delivered; `null` until something has. */
  #held: HeldBytes | null = null;

  constructor({ loop, channel, protocol, context }: ReceivingParts<C>) {
    this.loop = loop;
    this.channel = channel;
    this.protocol = protocol;
    this.context = context ?? new ConnectionContext(loop);
    if (isBufferedProtocol(protocol)) this.#state = BUFFERED;
  }

  #has(flags: number): boolean {
    return (this.#state & flags) !== 0;
  }

  #set(flag: number, isSet: boolean): void {
    this.#state = isSet ? this.#state | flag : this.#state & ~flag;
  }

  /** Whether `close()` or worse has happened. */
  get isEnding(): boolean {
    return (this.#state & ENDING) !== 0;
  }

  set isEnding(isEnding: boolean) {
    this.#set(ENDING, isEnding);
  }

  /** Whether the channel receives, which it does not before the transport has begun. */
  get isReceiving(): boolean {
    return this.#has(RECEIVING);
  }

  /** Schedules a callback in the context of the connection. */
  soon<A extends unknown[]>(callback: (...args: A) => unknown, args: readonly [...A]): void {
    this.context.soon(this.loop, callback, args);
  }

  /** The extra info of a name; `undefined` where there is none. */
  abstract extraInfo(name: string): unknown;

  setProtocol(protocol: BaseProtocolLike): void {
    if (typeof protocol !== 'object' || protocol === null) {
      throw typeError('protocol', "an object with a protocol's methods", protocol);
    }
    const wasBuffered = this.#has(BUFFERED);
    const isBuffered = isBufferedProtocol(protocol);
    this.#set(BORROWING, false);
    this.protocol = protocol as StreamProtocolLike;
    this.#set(BUFFERED, isBuffered);
    if (isBuffered !== wasBuffered && this.isReceiving) this.channel.startReading();
  }

  /** The transport's `setReceiveMode()`. */
  setReceiveMode(mode: ReceiveMode): void {
    this.#set(BORROWING, checkReceiveMode(mode) === 'borrowed');
  }

  isReading(): boolean {
    return this.#mayDeliver;
  }

  pauseReading(): void {
    if (this.#has(ENDING | PAUSED)) return;
    this.#set(PAUSED, true);
    if (!this.#has(RESTING)) this.stopReceiving();
  }

  resumeReading(): void {
    if (this.isEnding || !this.#has(PAUSED)) return;
    this.#set(PAUSED, false);
    if (!this.#has(RESTING)) this.#goOn();
  }

  /** Lets reading rest, or go on, whatever the protocol's own pauses say. */
  rest(isResting: boolean): void {
    if (this.#has(RESTING) === isResting) return;
    this.#set(RESTING, isResting);
    if (this.#has(ENDING | PAUSED)) return;
    if (isResting) this.stopReceiving();
    else this.#goOn();
  }

  startReceiving(): void {
    this.#set(RECEIVING, true);
    this.channel.startReading();
  }

  stopReceiving(): void {
    this.#set(RECEIVING, false);
    this.channel.stopReading();
  }

  #goOn(): void {
    if (!this.#holdsBytes && !this.isEofHeld) this.startReceiving();
    else this.soon(deliverHeld, [this.transport]);
  }

  get #holdsBytes(): boolean {
    return this.#held !== null && !this.#held.isEmpty;
  }

  #hold(bytes: Buffer): void {
    this.#held ??= new HeldBytes();
    this.#held.push(bytes);
  }

  get #mayDeliver(): boolean {
    return (this.#state & SILENT) === 0;
  }

  /** Receives no more, whatever may come. */
  stopForGood(): void {
    this.isEnding = true;
    this.#held = null;
    this.#set(EOF_HELD, false);
    this.stopReceiving();
  }

  /** Whether the peer's end has come and waits for reading to be resumed. */
  get isEofHeld(): boolean {
    return this.#has(EOF_HELD);
  }

  /** What has come and was not delivered, which is not kept any longer. */
  takeHeld(): Buffer[] {
    const pieces = this.#held?.take() ?? [];
    this.#held = null;
    return pieces;
  }

  /** Reports what is not a system error, and ends the connection. */
  fatalError(thrown: unknown, message: string): void {
    const exception = asError(thrown);
    if (!isOSError(exception)) this.report(message, exception);
    this.forceClose(exception);
  }

  report(message: string, exception: Error): void {
    const { transport, protocol } = this;
    this.loop.callExceptionHandler({ message, exception, transport, protocol: protocol ?? undefined });
  }

  /** Ends the connection without sending what is unsent. */
  abstract forceClose(error: Error | null): void;

  /** Closes the transport. */
  abstract close(): void;

  /** The last callback. */
  abstract callConnectionLost(error: Error | null): void;

  /** The callback after `connectionMade`: from now on the protocol may receive. */
  abstract beginReading(): void;

  /** A method of the protocol that takes bytes has thrown. */
  receivingFailed(error: Error, method: string): void {
    this.fatalError(error, `Fatal error: protocol.${method}() call failed.`);
  }

  // What the channel delivers. It does so inside the loop, in no particular context.

  received(bytes: Buffer): void {
    // Not by #has(): V8 compiles only so much into one function.
    const state = this.#state;
    if ((state & ENDING) !== 0) return;
    if ((state & (PAUSED | RESTING)) !== 0 || this.#holdsBytes) {
      this.#hold(bytes);
    } else if ((state & BUFFERED) !== 0) {
      this.#hold(bytes);
      this.context.run(this.#handOut, this, undefined);
    } else {
      this.context.run(this.#deliver, this, bytes);
    }
  }

  get isBorrowing(): boolean {
    return (this.#state & (BORROWING | BUFFERED | SILENT)) === BORROWING && !this.#holdsBytes;
  }

  #deliver(data: Buffer): void {
    if ((this.#state & BORROWING) !== 0 && inDebugMode(this.loop)) lendPoisoned(data, this.#call, this);
    else this.#call(data);
  }

  #call(data: Buffer): void {
    try {
      (this.protocol as ProtocolLike).dataReceived?.(data);
    } catch (error) {
      this.receivingFailed(asError(error), 'dataReceived');
    }
  }

  /** Delivers what is held; whenever the protocol is called, the rest is in order. */
  #handOut(): void {
    while (this.#mayDeliver && this.#holdsBytes) {
      const held = this.#held as HeldBytes;
      const piece = held.first;
      if (!this.#has(BUFFERED)) {
        held.drop(piece.length);
        this.#deliver(piece);
        continue;
      }
      const memory = this.#getMemory();
      if (memory === null) return;
      const count = Math.min(memory.length, piece.length);
      memory.set(count === piece.length ? piece : piece.subarray(0, count));
      held.drop(count);
      this.#updated(count);
    }
  }

  get hasMemory(): boolean {
    return (this.#state & BUFFERED) !== 0;
  }

  memory(): Uint8Array | null {
    if ((this.#state & (BUFFERED | SILENT)) !== BUFFERED || this.#holdsBytes) return null;
    return this.context.run(this.#getMemory, this, undefined);
  }

  #getMemory(): Uint8Array | null {
    let memory: Uint8Array;
    try {
      memory = checkBytes((this.protocol as BufferedProtocolLike).getBuffer(-1), 'what getBuffer() returned');
      if (memory.length === 0) throw new RuntimeError('getBuffer() returned an empty buffer');
    } catch (error) {
      this.fatalError(error, 'Fatal error: protocol.getBuffer() call failed.');
      return null;
    }
    // The protocol may have done anything meanwhile.
    return this.#mayDeliver ? memory : null;
  }

  filled(byteCount: number, rest: Buffer | null): void {
    if (rest === null) {
      this.context.run(this.#updated, this, byteCount);
    } else {
      // In order before the protocol is called, which may hand the connection over to TLS.
      this.#hold(rest);
      this.context.run(this.#updatedAndMore, this, byteCount);
    }
  }

  #updatedAndMore(byteCount: number): void {
    this.#updated(byteCount);
    this.#handOut();
  }

  #updated(count: number): void {
    try {
      (this.protocol as BufferedProtocolLike).bufferUpdated?.(count);
    } catch (error) {
      this.receivingFailed(asError(error), 'bufferUpdated');
    }
  }

  ended(): void {
    if (this.isEnding) return;
    if (this.#has(PAUSED | RESTING) || this.#holdsBytes) this.#set(EOF_HELD, true);
    else this.context.run(this.eofReceived, this, undefined);
  }

  eofReceived(): void {
    let keepOpen: unknown;
    try {
      keepOpen = this.protocol?.eofReceived?.();
    } catch (error) {
      this.fatalError(error, 'Fatal error: protocol.eofReceived() call failed.');
      return;
    }
    if (!keepOpen) this.close();
  }

  /** Delivers what came while reading was paused, before anything that comes later. */
  deliverHeld(): void {
    this.#handOut();
    if (!this.#mayDeliver) return;
    if (this.isEofHeld) {
      this.#set(EOF_HELD, false);
      this.eofReceived();
    } else {
      this.startReceiving();
    }
  }

  abstract failed(error: Error | null): void;
  abstract drained(): void;
  abstract readonly awaitsDrain: boolean;
}

/**
 * How a protocol receives.
 *
 * @throws {TypeError | ValueError} unless it is one of the modes
 */
export function checkReceiveMode(mode: unknown): ReceiveMode {
  if (mode === 'kept' || mode === 'borrowed') return mode;
  throw (typeof mode === 'string' ? valueError : typeError)('mode', "'kept' or 'borrowed'", mode);
}
