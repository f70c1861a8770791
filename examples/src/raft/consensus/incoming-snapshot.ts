import type { Snapshot } from './entry.js';
import type { MessageOf } from './messages.js';

/** A snapshot that comes in pieces, from one leader. */
export class IncomingSnapshot {
  readonly index: number;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(index: number) {
    this.index = index;
  }

  /** How many bytes have come. */
  get length(): number {
    return this.#length;
  }

  /** Takes the next piece; others are left out, and come again. @returns the snapshot, when it is whole */
  add({ offset, data, isLast }: MessageOf<'snapshot'>): Snapshot | null {
    if (offset !== this.#length) return null;
    const piece = Buffer.from(data, 'base64');
    this.#pieces.push(piece);
    this.#length += piece.length;
    return isLast ? (JSON.parse(Buffer.concat(this.#pieces).toString()) as Snapshot) : null;
  }
}
