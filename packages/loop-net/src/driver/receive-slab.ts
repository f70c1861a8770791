import { markAsUntransferable } from 'node:worker_threads';
import { unpooledCopy } from '@bight/loop-abstract/low-level';

const SLAB_BYTES = 8 * 1024;
const LARGEST_SLICE_BYTES = 2 * 1024;

/** How many connections have a slab at once: those that have received something last. */
const MOST_SLABS = 256;

const EMPTY = Buffer.alloc(0);

/**
 * Copies what one connection has received out of memory that is used again, for a protocol to keep.
 *
 * No two connections share memory, and what is kept costs at most 8 KB more than it is: small pieces are cut from a
 * slab of the connection's own, which it has only as long as it is among those that receive.
 */
export class ReceiveSlab {
  static readonly #recent: (ReceiveSlab | undefined)[] = new Array<undefined>(MOST_SLABS).fill(undefined);
  static #oldest = 0;

  /** `null`: this is not among the recent ones. */
  #memory: Buffer | null = null;
  #used = 0;

  /** A copy of the bytes. */
  copy(bytes: Buffer): Buffer {
    const { length } = bytes;
    if (length > LARGEST_SLICE_BYTES) return unpooledCopy(bytes);
    if (this.#memory === null) {
      this.#enlist();
      return unpooledCopy(bytes);
    }
    // A slab that was detached all the same has no room, either.
    if (this.#used + length > this.#memory.length) this.#renew();
    const piece = this.#memory.subarray(this.#used, this.#used + length);
    bytes.copy(piece);
    this.#used += length;
    return piece;
  }

  #renew(): void {
    this.#memory = Buffer.allocUnsafeSlow(SLAB_BYTES);
    // A protocol that posts a piece to a worker would transfer the memory of later pieces, too.
    markAsUntransferable(this.#memory.buffer);
    this.#used = 0;
  }

  #enlist(): void {
    const recent = ReceiveSlab.#recent;
    const oldest = recent[ReceiveSlab.#oldest];
    if (oldest !== undefined) oldest.#memory = null;
    recent[ReceiveSlab.#oldest] = this;
    ReceiveSlab.#oldest = (ReceiveSlab.#oldest + 1) % MOST_SLABS;
    this.#memory = EMPTY;
    this.#used = 0;
  }
}
