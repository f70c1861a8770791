import { Buffer } from 'node:buffer';

const EMPTY = Buffer.alloc(0);

/**
 * Bytes that have come in and have not been taken: the pieces as they came, put together only when what is taken spans
 * several of them.
 */
export class ByteQueue {
  #pieces: Buffer[] = [];

  /** How many bytes there are. */
  length = 0;

  push(piece: Buffer): void {
    this.#pieces.push(piece);
    this.length += piece.length;
  }

  /** Puts pieces back at the front. */
  putBack(pieces: readonly Buffer[]): void {
    this.#pieces.unshift(...pieces);
    for (const piece of pieces) this.length += piece.length;
  }

  /** Takes `count` bytes from the front; all, if there are fewer. */
  take(count: number): Buffer {
    const first = this.#pieces[0];
    if (first === undefined || count <= 0) return EMPTY;
    if (count >= this.length) return this.#takeAll();
    if (count < first.length) {
      this.#pieces[0] = first.subarray(count);
      this.length -= count;
      return first.subarray(0, count);
    }
    return this.#takePieces(count);
  }

  /**
   * Where `separator` begins, looking from `from` on; -1 if it is not there.
   */
  indexOf(separator: Buffer, from: number): number {
    // What has been looked through before is not looked through again, nor put together again.
    const [first, second] = this.#pieces;
    if (first === undefined) return -1;
    if (second === undefined) return first.indexOf(separator, from);
    if (separator.length === 1) return this.#indexOfByte(separator[0] as number, from);
    return this.#joined().indexOf(separator, from);
  }

  clear(): void {
    this.#pieces = [];
    this.length = 0;
  }

  #indexOfByte(byte: number, from: number): number {
    let offset = 0;
    for (const piece of this.#pieces) {
      if (from < offset + piece.length) {
        const index = piece.indexOf(byte, Math.max(0, from - offset));
        if (index >= 0) return offset + index;
      }
      offset += piece.length;
    }
    return -1;
  }

  #takeAll(): Buffer {
    const all = this.#joined();
    // Not `clear()`: an array that is popped keeps its room for the next piece.
    this.#pieces.pop();
    this.length = 0;
    return all;
  }

  #takePieces(count: number): Buffer {
    const taken: Buffer[] = [];
    let missing = count;
    let used = 0;
    while (missing > 0) {
      const piece = this.#pieces[used] as Buffer;
      if (piece.length > missing) {
        taken.push(piece.subarray(0, missing));
        this.#pieces[used] = piece.subarray(missing);
        missing = 0;
      } else {
        taken.push(piece);
        missing -= piece.length;
        used++;
      }
    }
    this.#pieces.splice(0, used);
    this.length -= count;
    return taken.length === 1 ? (taken[0] as Buffer) : Buffer.concat(taken, count);
  }

  #joined(): Buffer {
    const [first, second] = this.#pieces;
    if (second === undefined) return first ?? EMPTY;
    const joined = Buffer.concat(this.#pieces, this.length);
    this.#pieces = [joined];
    return joined;
  }
}
