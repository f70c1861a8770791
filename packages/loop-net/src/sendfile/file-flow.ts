import type { AbstractFuture } from '@bight/loop-abstract';
import type { NetBaseLoop } from '../driver/network.js';
import type { SocketCore, TransportOperation } from '../transports/socket-core.js';

/** What has a transport for itself while a file is read and written, and follows its flow control. */
export class FileFlow implements TransportOperation {
  readonly name = 'sendfile';
  readonly #loop: NetBaseLoop;
  readonly #core: SocketCore;
  #writable: AbstractFuture<void> | null;
  #lost: Error | null | undefined;

  constructor(loop: NetBaseLoop, core: SocketCore) {
    this.#loop = loop;
    this.#core = core;
    this.#writable = core.isProtocolPaused ? loop.createFuture<void>() : null;
  }

  /** Waits until more may be written. Fails when the connection is at its end. */
  *drain(): Generator<unknown, void, unknown> {
    if (this.#lost === undefined && this.#writable !== null && !this.#core.isClosing()) yield* this.#writable;
    if (this.#lost) throw this.#lost;
    if (this.#core.isClosing()) {
      throw closedByPeer();
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

/** The error for a connection that has ended before all of a file was sent. */
export function closedByPeer(): NodeJS.ErrnoException {
  return Object.assign(new Error('Connection is closed by peer'), { code: 'ECONNRESET', bytesSent: 0 });
}
