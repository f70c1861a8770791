import {
  type AbstractFuture,
  NotImplementedError,
  TimeoutError,
  type TimerHandle,
} from '@bight/loop-abstract';
import { asError } from '@bight/loop-core/low-level';
import type { TlsChannel, TlsSink } from '../driver/tls-channel.js';
import {
  kBeginReading,
  kClosing,
  kContext,
  kDrained,
  kEofReceived,
  kExtraInfo,
  kFatalError,
  kForceClose,
  kIsEofHeld,
  kLoop,
  kLoseConnection,
  kLost,
  kMaybeResumeProtocol,
  kProtocol,
  kProtocolConnected,
  kSoon,
  kStart,
  kStartReading,
  kStopForGood,
} from '../internals.js';
import type { TlsPlan } from '../tls/tls-plan.js';
import { StreamTransport, type StreamTransportParts } from './stream-transport.js';
import { WaterMarks } from './water-marks.js';

const HIGH_BYTES = 512 * 1024;
const USUAL_MARKS = new WaterMarks(HIGH_BYTES, true);

/** What a channel reported before the transport began to read, in this order. */
interface EarlyEvents {
  readonly received: Buffer[];
  ended: boolean;
  /** `undefined` where nothing failed. */
  failure: Error | null | undefined;
}

/** What a TLS transport is made of. */
export interface TlsTransportParts extends StreamTransportParts {
  readonly channel: TlsChannel;
  readonly plan: TlsPlan;
  /** Whether the protocol has a transport already, which is upgraded. */
  readonly upgraded: boolean;
}

/**
 * The transport of a TLS connection: the same rules over a channel that encrypts, and TLS's own beginning and end.
 *
 * The protocol hears of nothing before the handshake has succeeded. Closing sends `close_notify` and waits for the other
 * end's; there is no half-closing.
 */
export class TlsTransport extends StreamTransport implements TlsSink {
  readonly #tls: TlsChannel;
  readonly #plan: TlsPlan;
  #secured = false;
  /** What came before the protocol could be called: Node reads on while the loop is busy. `null` once it can be. */
  #early: EarlyEvents | null = { received: [], ended: false, failure: undefined };
  /** Whether the other end's `close_notify`, or the end of the stream, has come. */
  #peerEnded = false;
  #waiter: AbstractFuture<void> | null = null;
  #timer: TimerHandle | null = null;

  constructor(parts: TlsTransportParts) {
    super(parts, USUAL_MARKS);
    this.#tls = parts.channel;
    this.#plan = parts.plan;
    this[kProtocolConnected] = parts.upgraded;
  }

  /** Waits for the handshake; `waiter` ends with it. An upgraded transport does not begin to read by itself. @internal */
  override [kStart](waiter: AbstractFuture<void> | null): void {
    const { handshakeSeconds } = this.#plan;
    const message = `SSL handshake is taking longer than ${handshakeSeconds} seconds: aborting the connection`;
    this.#waiter = waiter;
    this.#setTimer(handshakeSeconds, () => this[kForceClose](errorWithCode(message, 'ECONNABORTED')));
  }

  /** @internal */
  secured(): void {
    if (this[kClosing]) return;
    this.#timer?.cancel();
    this.#secured = true;
    const waiter = this.#waiter;
    this.#waiter = null;
    if (this[kProtocolConnected]) {
      if (waiter !== null && !waiter.done()) waiter.setResult(undefined);
    } else {
      this[kProtocolConnected] = true;
      super[kStart](waiter);
    }
  }

  /** @internal */
  override [kExtraInfo](name: string): unknown {
    if (name === 'sslContext') return this.#plan.context;
    const found = this.#secured ? this.#tls.tlsInfo(name) : undefined;
    return found === undefined ? super[kExtraInfo](name) : found;
  }

  /** @internal */
  override [kBeginReading](): void {
    this.#deliverEarly();
    super[kBeginReading]();
  }

  /** What came before anything could be delivered; where the transport is closing, bytes are of no interest any more. */
  #deliverEarly(): void {
    const early = this.#early;
    this.#early = null;
    if (early === null) return;
    for (const bytes of early.received) super.received(bytes, bytes.length, false);
    if (early.ended) this.ended();
    if (early.failure !== undefined) this.failed(early.failure);
  }

  /** @internal */
  override received(memory: Buffer, length: number, transient: boolean): void {
    if (this.#early === null) super.received(memory, length, transient);
    else this.#early.received.push(Buffer.from(memory.subarray(0, length)));
  }

  /** @internal */
  override failed(error: Error | null): void {
    // During the handshake it is that which has failed.
    if (this.#early === null || !this.#secured) super.failed(error);
    else this.#early.failure = error;
  }

  override canWriteEof(): boolean {
    return false;
  }

  override writeEof(): never {
    throw new NotImplementedError('writeEof() is not possible over TLS: use close()');
  }

  override close(): void {
    if (this[kClosing]) return;
    if (!this.#secured) {
      this.abort();
      return;
    }
    const isOver = this[kIsEofHeld];
    this.#shutDown();
    // The protocol does not learn of an end before it has its transport.
    if (this.#early !== null) this[kStartReading](null);
    // The other end's close_notify comes behind what it may still be sending, which is dropped.
    if (isOver) this[kSoon](callEofReceived, [this]);
    else this.#tls.startReading();
  }

  #shutDown(): void {
    this[kStopForGood]();
    this.#setTimer(this.#plan.shutdownSeconds, () =>
      this[kForceClose](new TimeoutError('SSL shutdown timed out')),
    );
    this.#tls.shutdown();
  }

  /** @internal */
  override ended(): void {
    if (this[kLost] > 0 || this.#peerEnded) return;
    if (this.#secured && this.#early !== null) {
      this.#early.ended = true;
    } else if (!this.#secured) {
      this[kForceClose](errorWithCode('the connection was closed during the TLS handshake', 'ECONNRESET'));
    } else if (this[kClosing]) {
      this[kContext].run(this[kEofReceived], this, undefined);
    } else {
      super.ended();
    }
  }

  /** asyncio tells the protocol of the other end's `close_notify` also where that is the answer to ours. @internal */
  override [kEofReceived](): void {
    if (this[kLost] > 0) return;
    this.#peerEnded = true;
    try {
      // Whatever it returns: a TLS connection is not kept open in one direction.
      this[kProtocol]?.eofReceived?.();
    } catch (error) {
      this[kFatalError](asError(error), 'Fatal error: protocol.eofReceived() call failed.');
      return;
    }
    if (!this[kClosing]) this.#shutDown();
    this.#completeShutdown();
  }

  /** @internal */
  override [kDrained](): void {
    this[kMaybeResumeProtocol]();
    this.#completeShutdown();
  }

  #completeShutdown(): void {
    if (this[kClosing] && this[kLost] === 0 && this.#peerEnded && this.#tls.flushed)
      this[kLoseConnection](null);
  }

  /** @internal */
  override [kLoseConnection](error: Error | null): void {
    this.#timer?.cancel();
    const waiter = this.#waiter;
    this.#waiter = null;
    if (waiter !== null && !waiter.done()) {
      waiter.setException(
        error ?? errorWithCode('the connection was aborted during the TLS handshake', 'ECONNABORTED'),
      );
    }
    super[kLoseConnection](error);
  }

  #setTimer(seconds: number, callback: () => void): void {
    this.#timer?.cancel();
    this.#timer = this[kContext].run(() => this[kLoop].callLater(seconds, callback), undefined, undefined);
  }
}

function callEofReceived(transport: TlsTransport): void {
  transport[kEofReceived]();
}

function errorWithCode(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}
