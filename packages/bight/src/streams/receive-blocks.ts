import { Buffer } from 'node:buffer';

const BLOCK_BYTES = 64 * 1024;

/** How many unused blocks are kept: 4 MB. */
const MOST_FREE = 64;

const free: Buffer[] = [];

/**
 * Memory for bytes that are copied once more when they are taken: the blocks that they leave are used again, by all
 * queues. Fresh memory for a message of megabytes costs page faults and makes the garbage collector run, which takes
 * longer than the copies.
 */
export class ReceiveBlocks {
  readonly #used = new Map<ArrayBufferLike, Buffer>();

  /** Whether a piece lies in one of the blocks. */
  has(piece: Buffer): boolean {
    return this.#used.has(piece.buffer);
  }

  /**
   * Copies bytes to the end of a piece, as many as have room in its block.
   *
   * @returns the longer piece; `null` where there is no room
   */
  extend(piece: Buffer, bytes: Buffer, from: number): Buffer | null {
    const block = this.#used.get(piece.buffer);
    if (block === undefined) return null;
    const end = piece.byteOffset + piece.length;
    const copied = bytes.copy(block, end, from);
    return copied === 0 ? null : block.subarray(piece.byteOffset, end + copied);
  }

  /** Copies bytes, as many as have room, into another block. */
  begin(bytes: Buffer, from: number): Buffer {
    const block = free.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES);
    this.#used.set(block.buffer, block);
    return block.subarray(0, bytes.copy(block, 0, from));
  }

  /** The bytes of a piece were copied, or are not wanted any more: its block, if it is one, is free. */
  release(piece: Buffer): void {
    const block = this.#used.get(piece.buffer);
    if (block === undefined) return;
    this.#used.delete(piece.buffer);
    if (free.length < MOST_FREE) free.push(block);
  }
}
