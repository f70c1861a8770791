import { SendfileNotAvailableError } from '@bight/loop-abstract';
import type { FutureLoop } from '@bight/loop-core';
import type { Socket } from '@bight/sockets';
import { NOT_READY, seek, trySendFile } from '@bight/sockets/low-level';
import { SocketOperation } from './socket-operation.js';

/** Longer calls would keep the rest of the process waiting. */
const MOST_AT_ONCE = 2 * 1024 * 1024;

/** A file on its way through sendfile(2), a piece whenever the socket has room. */
export class SendFile extends SocketOperation<number> {
  readonly #file: number;
  readonly #offset: number;
  /** How many bytes at most. */
  readonly #count: number;
  #sent = 0;

  constructor(loop: FutureLoop, socket: Socket, file: number, offset: number, count: number) {
    super(loop, socket);
    this.#file = file;
    this.#offset = offset;
    this.#count = count;
  }

  protected override attempt(): boolean {
    let sent: number;
    try {
      const wanted = Math.min(this.#count - this.#sent, MOST_AT_ONCE);
      sent = trySendFile(this.socket, this.#file, this.#offset + this.#sent, wanted);
    } catch (error) {
      this.#movePosition();
      throw this.#sent > 0
        ? Object.assign(error as Error, { bytesSent: this.#sent })
        : new SendfileNotAvailableError('the system call sendfile() failed', { cause: error });
    }
    if (sent === NOT_READY) return false;
    this.#sent += sent;
    if (sent > 0 && this.#sent < this.#count) return false;
    this.#movePosition();
    this.setResult(this.#sent);
    return true;
  }

  override cancel(message?: string | null): boolean {
    if (!super.cancel(message)) return false;
    this.#movePosition();
    return true;
  }

  /** The file's position follows what was sent, as if that had been read. */
  #movePosition(): void {
    if (this.#sent > 0) seek(this.#file, this.#offset + this.#sent);
  }
}
