import type { AbstractFuture } from '@bight/loop-abstract';
import type { NetBaseLoop } from '../driver/net-base-loop.js';
import { kProtocolPaused } from '../internals.js';
import type { StreamTransport, TransportOperation } from '../transports/stream-transport.js';

/** What has a transport while a file is read and written, and so hears of its flow control. */
export class FileFlow implements TransportOperation {
  readonly name = 'sendfile';
  readonly #loop: NetBaseLoop;
  readonly #transport: StreamTransport;
  #writable: AbstractFuture<void> | null;
  #lost: Error | null | undefined;

  constructor(loop: NetBaseLoop, transport: StreamTransport) {
    this.#loop = loop;
    this.#transport = transport;
    this.#writable = transport[kProtocolPaused] ? loop.createFuture<void>() : null;
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

  flow(isPaused: boolean): void {
    if (isPaused) this.#writable ??= this.#loop.createFuture<void>();
    else this.#wakeUp();
  }

  lost(error: Error | null): void {
    this.#lost = error;
    this.#wakeUp();
  }

  #wakeUp(): void {
    const writable = this.#writable;
    this.#writable = null;
    if (writable !== null && !writable.done()) writable.setResult(undefined);
  }
}
