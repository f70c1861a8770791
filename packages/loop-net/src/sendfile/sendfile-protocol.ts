import { type AbstractFuture, Protocol, type StreamProtocolLike } from '@bight/loop-abstract';
import type { NetBaseLoop } from '../driver/net-base-loop.js';
import { kProtocolPaused, kReportFlow } from '../internals.js';
import type { StreamTransport } from '../transports/stream-transport.js';

/** Takes the place of a transport's protocol while a file is sent, so that its flow control is ours. */
export class SendfileProtocol extends Protocol {
  readonly #loop: NetBaseLoop;
  readonly #transport: StreamTransport;
  readonly #original: StreamProtocolLike;
  readonly #wasReading: boolean;
  readonly #wasPaused: boolean;
  #writable: AbstractFuture<void> | null;
  #lost: Error | null | undefined;

  constructor(loop: NetBaseLoop, transport: StreamTransport) {
    super();
    this.#loop = loop;
    this.#transport = transport;
    this.#original = transport.getProtocol();
    this.#wasReading = transport.isReading();
    this.#wasPaused = transport[kProtocolPaused];
    this.#writable = this.#wasPaused ? loop.createFuture<void>() : null;
    transport.pauseReading();
    transport.setProtocol(this);
  }

  /** Waits until more may be written. Fails when the connection is at its end. */
  *drain(): Generator<unknown, void, unknown> {
    if (this.#lost === undefined && this.#writable !== null && !this.#transport.isClosing())
      yield* this.#writable;
    if (this.#lost) throw this.#lost;
    if (this.#transport.isClosing()) {
      throw Object.assign(new Error('Connection is closed by peer'), { code: 'ECONNRESET' });
    }
  }

  override pauseWriting(): void {
    this.#writable ??= this.#loop.createFuture<void>();
  }

  override resumeWriting(): void {
    this.#wakeUp();
  }

  override connectionLost(error: Error | null): void {
    this.#lost = error;
    this.#wakeUp();
    this.#original.connectionLost?.(error);
  }

  #wakeUp(): void {
    const writable = this.#writable;
    this.#writable = null;
    if (writable !== null && !writable.done()) writable.setResult(undefined);
  }

  /** Puts the original protocol back, and tells it what it has missed. */
  restore(): void {
    if (this.#lost !== undefined) return;
    const transport = this.#transport;
    transport.setProtocol(this.#original);
    if (this.#wasReading) transport.resumeReading();
    if (this.#wasPaused !== transport[kProtocolPaused]) transport[kReportFlow]();
  }
}
