import type { Snapshot } from './entry.js';
import type { MessageOf } from './messages.js';

/** A snapshot that arrives in pieces from one leader. */
export class IncomingSnapshot {
  readonly index: number;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(index: number) {
    this.index = index;
  }

  /** The number of received bytes. */
  get length(): number {
    return this.#length;
  }

  /** Adds the next piece; ignores other pieces, which will be sent again. @returns the snapshot, when it is complete */
  add({ offset, data, isLast }: MessageOf<'snapshot'>): Snapshot | null {
    if (offset !== this.#length) return null;
    const piece = Buffer.from(data, 'base64');
    this.#pieces.push(piece);
    this.#length += piece.length;
    return isLast ? (JSON.parse(Buffer.concat(this.#pieces).toString()) as Snapshot) : null;
  }
}
