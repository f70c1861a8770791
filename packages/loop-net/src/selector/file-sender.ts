import { fstatSync } from 'node:fs';
import { type AbstractFuture, SendfileNotAvailableError } from '@bight/loop-abstract';
import { coroutine } from '@bight/loop-core';
import { asError } from '@bight/loop-core/low-level';
import { seek, sendFilePart } from '@bight/sockets/low-level';
import type { NetHostLoop } from '../driver/network.js';
import { kFd, kSetWriter } from '../internals.js';
import type { SelectorStreamChannel, Writer } from './selector-stream-channel.js';

/** At most this many bytes are sent in one turn of the loop; the socket's buffer usually takes less. */
const PART_BYTES = 4 * 1024 * 1024;

const CONNECTION_IS_OVER = new Set(['EPIPE', 'ECONNRESET', 'ENOTCONN', 'EBADF']);

/** A part of an open file; a `count` of `null` goes up to its end. */
export interface FilePart {
  readonly file: number;
  readonly offset: number;
  readonly count: number | null;
}

/**
 * Sends a part of a file, and moves the file's position behind what was sent.
 *
 * @returns how many bytes were sent; an error has the number in `bytesSent`
 */
export function sendFile(
  loop: NetHostLoop,
  channel: SelectorStreamChannel,
  part: FilePart,
): AbstractFuture<number> {
  return coroutine(loop, function* () {
    if (!fstatSync(part.file).isFile()) throw new SendfileNotAvailableError('not a regular file');
    const sender = new FileSender(loop.createFuture(), channel, part);
    try {
      return yield* sender.sent;
    } finally {
      sender.end();
    }
  });
}

/** The system call, again and again whenever the socket takes something. */
class FileSender implements Writer {
  readonly sent: AbstractFuture<number>;
  readonly #channel: SelectorStreamChannel;
  readonly #part: FilePart;
  #total = 0;

  constructor(sent: AbstractFuture<number>, channel: SelectorStreamChannel, part: FilePart) {
    this.sent = sent;
    this.#channel = channel;
    this.#part = part;
    channel[kSetWriter](this);
    this.writable();
  }

  writable(): void {
    if (this.sent.done()) return;
    const { file, offset, count } = this.#part;
    const wanted = count === null ? PART_BYTES : Math.min(count - this.#total, PART_BYTES);
    try {
      const sent = sendFilePart(this.#channel[kFd], file, offset + this.#total, wanted);
      if (sent > 0) this.#total += sent;
      if (sent === 0 || this.#total === count) this.sent.setResult(this.#total);
    } catch (error) {
      this.#fail(asError(error));
    }
  }

  abandoned(): void {
    if (this.sent.done()) return;
    this.#fail(
      Object.assign(new Error('Connection was closed in the middle of a file'), { code: 'ECONNRESET' }),
    );
  }

  /** A file that the system call cannot send may be read and written instead. */
  #fail(error: NodeJS.ErrnoException): void {
    const isOfTheFile = this.#total === 0 && !CONNECTION_IS_OVER.has(error.code ?? '');
    this.sent.setException(
      isOfTheFile
        ? new SendfileNotAvailableError('the system call sendfile() failed', { cause: error })
        : Object.assign(error, { bytesSent: this.#total }),
    );
  }

  end(): void {
    this.#channel[kSetWriter](null);
    const { file, offset } = this.#part;
    if (this.#total > 0) seek(file, offset + this.#total);
  }
}
