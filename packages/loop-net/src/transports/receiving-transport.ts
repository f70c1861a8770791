import {
  type BaseProtocolLike,
  type BufferedProtocolLike,
  type ExtraInfoValue,
  isBufferedProtocol,
  type ProtocolLike,
  RuntimeError,
  type StreamProtocolLike,
  Transport,
} from '@bight/loop-abstract';
import { checkBytes, typeError } from '@bight/loop-abstract/validate';
import { asError, isOSError } from '@bight/loop-core/low-level';
import type { NetBaseLoop } from '../driver/net-base-loop.js';
import { copyExactly, ReceiveSlab } from '../driver/receive-slab.js';
import type { StreamChannel } from '../driver/stream-channel.js';
import {
  kChannel,
  kClosing,
  kContext,
  kDeliverHeld,
  kEofReceived,
  kExtraInfo,
  kFatalError,
  kForceClose,
  kIsEofHeld,
  kLoop,
  kProtocol,
  kReport,
  kRest,
  kSoon,
  kStopForGood,
  kTakeHeld,
} from '../internals.js';
import { ConnectionContext } from './connection-context.js';

const NOTHING = Buffer.alloc(0);

/** What the receiving half of a stream transport is made of. */
export interface ReceivingParts {
  readonly loop: NetBaseLoop;
  readonly channel: StreamChannel;
  readonly protocol: StreamProtocolLike;
  /** The context of the connection; a new one when it is not given. */
  readonly context?: ConnectionContext | undefined;
}

/**
 * The receiving half of a stream transport: who the protocol is, what it is given and when, and what is kept for it while
 * reading is paused.
 */
export abstract class ReceivingTransport extends Transport {
  /** @internal */
  readonly [kLoop]: NetBaseLoop;
  /** @internal */
  [kChannel]: StreamChannel;
  /** @internal */
  readonly [kContext]: ConnectionContext;
  /** @internal */
  [kProtocol]: StreamProtocolLike | null;
  /** @internal Whether `close()` or worse has happened. */
  [kClosing] = false;
  #paused = false;
  /** Whether reading rests for an operation that has the transport. */
  #resting = false;

  #buffered: boolean;
  readonly #slab = new ReceiveSlab();
  /** What came while nothing was to be delivered, in order, and where the first piece of it begins. */
  #held: Buffer[] = [];
  #firstHeld = 0;
  #eofHeld = false;
  #room: Uint8Array | null = null;

  constructor({ loop, channel, protocol, context }: ReceivingParts) {
    super();
    this[kLoop] = loop;
    this[kChannel] = channel;
    this[kProtocol] = protocol;
    this[kContext] = context ?? new ConnectionContext(loop);
    this.#buffered = isBufferedProtocol(protocol);
  }

  /** Schedules a callback in the context of the connection. @internal */
  [kSoon]<A extends unknown[]>(callback: (...args: A) => unknown, args: readonly [...A]): void {
    this[kContext].soon(this[kLoop], callback, args);
  }

  override getExtraInfo<K extends string, D = null>(name: K, fallback?: D): ExtraInfoValue<K> | D {
    const value = this[kExtraInfo](name);
    return (value === undefined ? (fallback ?? null) : value) as ExtraInfoValue<K> | D;
  }

  /** What is known under a name; `undefined` for nothing. @internal */
  [kExtraInfo](name: string): unknown {
    const { socket } = this[kChannel];
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

  override setProtocol(protocol: BaseProtocolLike): void {
    if (typeof protocol !== 'object' || protocol === null) {
      throw typeError('protocol', "an object with a protocol's methods", protocol);
    }
    this[kProtocol] = protocol as StreamProtocolLike;
    this.#buffered = isBufferedProtocol(protocol);
    this[kChannel].receiveDirectly?.(this.#buffered);
  }

  override getProtocol(): BaseProtocolLike {
    return this[kProtocol] as BaseProtocolLike;
  }

  override isReading(): boolean {
    return this.#mayDeliver;
  }

  override pauseReading(): void {
    if (this[kClosing] || this.#paused) return;
    this.#paused = true;
    if (!this.#resting) this[kChannel].stopReading();
  }

  get #mayDeliver(): boolean {
    return !this.#paused && !this.#resting && !this[kClosing];
  }

  get #holdsBytes(): boolean {
    return this.#firstHeld < this.#held.length;
  }

  /** Has reading rest, or go on, whatever the protocol's own pauses say. @internal */
  [kRest](resting: boolean): void {
    if (this.#resting === resting) return;
    this.#resting = resting;
    if (this[kClosing] || this.#paused) return;
    if (resting) this[kChannel].stopReading();
    else this.#goOn();
  }

  override resumeReading(): void {
    if (this[kClosing] || !this.#paused) return;
    this.#paused = false;
    if (!this.#resting) this.#goOn();
  }

  #goOn(): void {
    if (!this.#holdsBytes && !this.#eofHeld) this[kChannel].startReading();
    else this[kSoon](deliverHeld, [this]);
  }

  /** Receives no more, whatever may come. @internal */
  [kStopForGood](): void {
    this[kClosing] = true;
    this.#forgetHeld();
    this.#eofHeld = false;
    this[kChannel].stopReading();
  }

  /** Whether the other end's end has come and waits for reading to be resumed. @internal */
  get [kIsEofHeld](): boolean {
    return this.#eofHeld;
  }

  /** What has come and was not delivered, which is not kept any longer. @internal */
  [kTakeHeld](): Buffer | null {
    if (!this.#holdsBytes) return null;
    const held = Buffer.concat(this.#held.slice(this.#firstHeld));
    this.#forgetHeld();
    return held;
  }

  #forgetHeld(): void {
    this.#held = [];
    this.#firstHeld = 0;
  }

  /** Says what is not the operating system's doing, and ends the connection. @internal */
  [kFatalError](thrown: unknown, message: string): void {
    const exception = asError(thrown);
    if (!isOSError(exception)) this[kReport](message, exception);
    this[kForceClose](exception);
  }

  /** @internal */
  [kReport](message: string, exception: Error): void {
    const protocol = this[kProtocol] ?? undefined;
    this[kLoop].callExceptionHandler({ message, exception, transport: this, protocol });
  }

  /** Ends the connection without sending what is unsent. @internal */
  abstract [kForceClose](error: Error | null): void;

  // What the channel tells. It does so inside the loop, in no particular context.

  /** @internal */
  received(memory: Buffer, length: number, transient: boolean): void {
    if (this[kClosing]) return;
    if (this.#paused || this.#resting || this.#holdsBytes) {
      this.#held.push(transient ? copyExactly(memory, length) : memory);
    } else if (this.#buffered) {
      this.#held.push(memory.length === length ? memory : memory.subarray(0, length));
      this[kContext].run(this.#handOut, this, undefined);
      // What a paused protocol did not take is still in memory that is not ours.
      if (transient && this.#holdsBytes) this.#ownHeld();
    } else {
      this[kContext].run(this.#deliver, this, transient ? this.#slab.copy(memory, length) : memory);
    }
  }

  #deliver(data: Buffer): void {
    try {
      (this[kProtocol] as ProtocolLike).dataReceived?.(data);
    } catch (error) {
      this[kFatalError](error, 'Fatal error: protocol.dataReceived() call failed.');
    }
  }

  #ownHeld(): void {
    const rest = this.#held[this.#firstHeld] as Buffer;
    this.#held[this.#firstHeld] = copyExactly(rest, rest.length);
  }

  /**
   * Hands out what is held, to a buffered protocol in portions of what it has room for; whenever the protocol is called, the
   * rest is in order.
   */
  #handOut(): void {
    while (this.#mayDeliver && this.#holdsBytes) {
      if (!this.#buffered) {
        const piece = this.#held[this.#firstHeld] as Buffer;
        this.#dropFirst();
        this.#deliver(copyExactly(piece, piece.length));
        continue;
      }
      const room = this.#getRoom();
      // The protocol may have done anything meanwhile.
      if (room === null || !this.#mayDeliver) return;
      const piece = this.#held[this.#firstHeld] as Buffer;
      const count = piece.copy(room);
      if (count === piece.length) this.#dropFirst();
      else this.#held[this.#firstHeld] = piece.subarray(count);
      this.#updated(count);
    }
  }

  #dropFirst(): void {
    if (this.#firstHeld === this.#held.length - 1) {
      this.#held.length = 0;
      this.#firstHeld = 0;
    } else {
      this.#held[this.#firstHeld++] = NOTHING;
    }
  }

  #getRoom(): Uint8Array | null {
    try {
      const room = checkBytes(
        (this[kProtocol] as BufferedProtocolLike).getBuffer(-1),
        'what getBuffer() returned',
      );
      if (room.length === 0) throw new RuntimeError('getBuffer() returned an empty buffer');
      return room;
    } catch (error) {
      this[kFatalError](error, 'Fatal error: protocol.getBuffer() call failed.');
      return null;
    }
  }

  #updated(count: number): void {
    try {
      (this[kProtocol] as BufferedProtocolLike).bufferUpdated?.(count);
    } catch (error) {
      this[kFatalError](error, 'Fatal error: protocol.bufferUpdated() call failed.');
    }
  }

  /** @internal */
  room(): Uint8Array | null {
    if (!this.#buffered || !this.#mayDeliver) return null;
    this[kContext].run(this.#makeRoom, this, undefined);
    return this.#room;
  }

  #makeRoom(): void {
    this.#room = this.#getRoom();
  }

  /** @internal */
  filled(length: number): void {
    this.#room = null;
    this[kContext].run(this.#updated, this, length);
  }

  /** @internal */
  readable(): void {
    if (!this.#mayDeliver) return;
    this[kContext].run(this.#receive, this, undefined);
  }

  #receive(): void {
    const room = this.#getRoom();
    // The protocol may have done anything meanwhile.
    if (room === null || !this.#mayDeliver) return;
    let count: number | undefined;
    try {
      count = this[kChannel].receiveInto?.(room);
    } catch (error) {
      this[kForceClose](asError(error));
      return;
    }
    if (count === undefined || count < 0) return;
    if (count > 0) this.#updated(count);
    else this[kEofReceived]();
  }

  /** @internal */
  ended(): void {
    if (this[kClosing]) return;
    if (this.#paused || this.#resting || this.#holdsBytes) this.#eofHeld = true;
    else this[kContext].run(this[kEofReceived], this, undefined);
  }

  /** @internal */
  [kEofReceived](): void {
    let keepOpen: unknown;
    try {
      keepOpen = this[kProtocol]?.eofReceived?.();
    } catch (error) {
      this[kFatalError](error, 'Fatal error: protocol.eofReceived() call failed.');
      return;
    }
    if (!keepOpen) this.close();
  }

  /** What came while reading was paused, before anything that comes later. @internal */
  [kDeliverHeld](): void {
    this.#handOut();
    if (!this.#mayDeliver) return;
    if (this.#eofHeld) {
      this.#eofHeld = false;
      this[kEofReceived]();
    } else {
      this[kChannel].startReading();
    }
  }
}

function deliverHeld(transport: ReceivingTransport): void {
  transport[kDeliverHeld]();
}

function known<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
