import { constants } from 'node:os';
import { systemError } from '@bight/loop-abstract/system-error';
import { isOSError } from '@bight/loop-core/low-level';
import type { Hangup } from '../environment/hangup-watcher.js';
import { PipeCore, type PipeParts } from './pipe-core.js';

const EPIPE = -constants.errno.EPIPE;

/**
 * The inner object of the transport of a pipe's writing end.
 *
 * `writeEof()` and `close()` are the same: a pipe has one direction. When the reader goes away, `connectionLost` is
 * called, with an EPIPE error if something was still to be sent.
 */
export class WritePipeCore extends PipeCore {
  readonly #hangup: Hangup;
  #stopWatching: (() => void) | null = null;

  constructor(parts: PipeParts, hangup: Hangup) {
    super(parts);
    this.#hangup = hangup;
  }

  override beginReading(): void {
    if (this.isLost) return;
    if (this.#hangup === 'read') this.channel.startReading();
    else if (this.#hangup !== 'unseen') this.#stopWatching = this.#hangup(() => this.ended());
  }

  override get takesWrites(): boolean {
    return !this.isEnding;
  }

  override writeEof(): void {
    this.close();
  }

  override openState(): string {
    return 'open';
  }

  override get hasMemory(): boolean {
    return false;
  }

  /** The peer of a write pipe sends nothing; what the peer of a socket sends is dropped. */
  override received(): void {}

  override ended(): void {
    this.forceClose(this.channel.hasUnsent ? systemError(EPIPE, 'write') : null);
  }

  override channelFailed(error: Error): void {
    // A process that ends without having read everything resets the socket that stands for the pipe.
    if (isOSError(error) && (error.code === 'ECONNRESET' || error.syscall === 'read')) this.ended();
    else if (!this.isLost) this.fatalError(error, 'Fatal write error on pipe transport');
  }

  override stopForGood(): void {
    // Where reading shows the hang-up, it still has to be noticed while the rest is sent.
    this.isEnding = true;
  }

  override loseConnection(error: Error | null): void {
    this.#stopWatching?.();
    super.loseConnection(error);
  }

  override release() {
    this.#stopWatching?.();
    return super.release();
  }
}
