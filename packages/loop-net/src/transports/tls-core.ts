import {
  type AbstractFuture,
  NotImplementedError,
  TimeoutError,
  type TimerHandle,
} from '@bight/loop-abstract';
import { asError, endWaiter, type TransportParts, WaterMarks } from '@bight/loop-core/low-level';
import type { TlsChannel, TlsSink } from '../driver/tls-channel.js';
import type { TlsPlan } from '../tls/tls-plan.js';
import { SocketCore, type Surrendered } from './socket-core.js';

const HIGH_BYTES = 512 * 1024;
const USUAL_MARKS = new WaterMarks(HIGH_BYTES, true);

/** What a channel reported before the transport began to read, in this order. */
interface EarlyEvents {
  readonly received: Buffer[];
  hasEnded: boolean;
  /** `undefined` where nothing failed. */
  failure: Error | null | undefined;
}

/** What a TLS transport is made of. */
export interface TlsParts extends TransportParts<TlsChannel> {
  readonly plan: TlsPlan;
  /** Whether the protocol has a transport already, which is upgraded. */
  readonly isUpgraded: boolean;
}

/**
 * The inner object of a TLS transport: the same rules over a channel that encrypts, and TLS's own beginning and end.
 *
 * The protocol is not called before the handshake has succeeded. Closing sends `close_notify` and waits for the peer's;
 * there is no half-closing, unless `allowsHalfClose` is set: then each half ends by itself, and closing does not wait
 * for the peer.
 */
export class TlsCore extends SocketCore<TlsChannel> implements TlsSink {
  readonly #plan: TlsPlan;
  #isSecured = false;
  /** What came before the protocol could be called: Node reads on while the loop is busy. `null` once it can be. */
  #early: EarlyEvents | null = { received: [], hasEnded: false, failure: undefined };
  /** Whether the peer's `close_notify`, or the end of the stream, has come. */
  #hasPeerEnded = false;
  #waiter: AbstractFuture<void> | null = null;
  #timer: TimerHandle | null = null;

  constructor(parts: TlsParts) {
    super(parts, USUAL_MARKS);
    this.#plan = parts.plan;
    this.isProtocolConnected = parts.isUpgraded;
  }

  /** Waits for the handshake; `waiter` ends with it. An upgraded transport does not begin to read by itself. */
  override start(waiter: AbstractFuture<void> | null): void {
    const { handshakeSeconds } = this.#plan;
    const message = `SSL handshake is taking longer than ${handshakeSeconds} seconds: aborting the connection`;
    this.#waiter = waiter;
    this.#setTimer(handshakeSeconds, () => this.forceClose(errorWithCode(message, 'ECONNABORTED')));
  }

  secured(): void {
    if (this.isEnding) return;
    this.#timer?.cancel();
    this.#isSecured = true;
    const waiter = this.#waiter;
    this.#waiter = null;
    if (this.isProtocolConnected) {
      if (waiter !== null) endWaiter(waiter);
    } else {
      this.isProtocolConnected = true;
      super.start(waiter);
    }
  }

  override extraInfo(name: string): unknown {
    if (name === 'sslContext') return this.#plan.context;
    const found = this.#isSecured ? this.channel.tlsInfo(name) : undefined;
    return found === undefined ? super.extraInfo(name) : found;
  }

  override beginReading(): void {
    this.#deliverEarly();
    super.beginReading();
  }

  /**
   * What came before anything could be delivered; where the transport is closing, bytes are dropped.
   */
  #deliverEarly(): void {
    const early = this.#early;
    this.#early = null;
    if (early === null) return;
    for (const bytes of early.received) super.received(bytes);
    if (early.hasEnded) this.ended();
    if (early.failure !== undefined) this.failed(early.failure);
  }

  override received(bytes: Buffer): void {
    if (this.#early === null) super.received(bytes);
    else this.#early.received.push(bytes);
  }

  /** What came with the handshake belongs to the next one, where the protocol begins that before it reads. */
  override surrender(): Surrendered {
    const early = this.#early;
    this.#early = null;
    const whole = super.surrender();
    if (early === null) return whole;
    const pieces = whole.received === null ? early.received : [whole.received, ...early.received];
    const received = pieces.length === 0 ? null : Buffer.concat(pieces);
    return { ...whole, received, isOver: whole.isOver || early.hasEnded };
  }

  override get isBorrowing(): boolean {
    return this.#early === null && super.isBorrowing;
  }

  override get hasMemory(): boolean {
    return this.#early === null && super.hasMemory;
  }

  override memory(): Uint8Array | null {
    return this.#early === null ? super.memory() : null;
  }

  override failed(error: Error | null): void {
    // During the handshake, the handshake has failed.
    if (this.#early === null || !this.#isSecured) super.failed(error);
    else this.#early.failure = error;
  }

  override canWriteEof(): boolean {
    return this.allowsHalfClose;
  }

  override writeEof(): void {
    if (this.allowsHalfClose) super.writeEof();
    else throw new NotImplementedError('writeEof() is not possible over TLS: use close()');
  }

  override close(): void {
    if (this.isEnding) return;
    if (!this.#isSecured) {
      this.abort();
      return;
    }
    const isOver = this.isEofHeld;
    this.#shutDown();
    if (this.allowsHalfClose) {
      this.#completeShutdown();
      return;
    }
    // The protocol does not learn of an end before it has its transport.
    if (this.#early !== null) this.scheduleReading(null);
    // The peer's close_notify comes behind what it may still be sending, which is dropped.
    if (isOver) this.soon(callEofReceived, [this]);
    else this.channel.startReading();
  }

  #shutDown(): void {
    this.stopForGood();
    this.#setTimer(this.#plan.shutdownSeconds, () =>
      this.forceClose(new TimeoutError('SSL shutdown timed out')),
    );
    this.channel.shutdown();
  }

  override ended(): void {
    if (this.isLost || this.#hasPeerEnded) return;
    if (this.#isSecured && this.#early !== null) {
      this.#early.hasEnded = true;
    } else if (!this.#isSecured) {
      this.forceClose(errorWithCode('the connection was closed during the TLS handshake', 'ECONNRESET'));
    } else if (this.isEnding) {
      this.context.run(this.eofReceived, this, undefined);
    } else {
      super.ended();
    }
  }

  /** asyncio calls the protocol for the peer's `close_notify` also where that answers ours. */
  override eofReceived(): void {
    if (this.isLost) return;
    this.#hasPeerEnded = true;
    let keepOpen: unknown;
    try {
      keepOpen = this.protocol?.eofReceived?.();
    } catch (error) {
      this.fatalError(asError(error), 'Fatal error: protocol.eofReceived() call failed.');
      return;
    }
    // asyncio does not keep a TLS connection open in one direction, whatever the protocol returns.
    const isKeptOpen = this.allowsHalfClose && Boolean(keepOpen);
    if (!this.isEnding && !isKeptOpen) this.#shutDown();
    this.#completeShutdown();
  }

  override bufferShrunk(): void {
    this.maybeResumeProtocol();
    this.#completeShutdown();
  }

  #completeShutdown(): void {
    const isAnswered = this.#hasPeerEnded || this.allowsHalfClose;
    if (this.isEnding && !this.isLost && isAnswered && this.channel.isFlushed) this.loseConnection(null);
  }

  override loseConnection(error: Error | null): void {
    this.#timer?.cancel();
    const waiter = this.#waiter;
    this.#waiter = null;
    if (waiter !== null && !waiter.done()) {
      waiter.setException(
        error ?? errorWithCode('the connection was aborted during the TLS handshake', 'ECONNABORTED'),
      );
    }
    super.loseConnection(error);
  }

  #setTimer(seconds: number, callback: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.context.run(() => this.loop.callLater(seconds, callback), undefined, undefined);
  }
}

function callEofReceived(core: TlsCore): void {
  core.eofReceived();
}

function errorWithCode(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}
