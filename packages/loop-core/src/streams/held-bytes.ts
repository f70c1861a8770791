import type { Buffer } from 'node:buffer';

/** Bytes that came while nothing was to be delivered, in order. */
export class HeldBytes {
  #pieces: Buffer[] = [];
  /** The index of the first piece; those before it are gone. */
  #first = 0;

  get isEmpty(): boolean {
    return this.#first === this.#pieces.length;
  }

  /** The first piece. There must be one. */
  get first(): Buffer {
    return this.#pieces[this.#first]!;
  }

  push(bytes: Buffer): void {
    this.#pieces.push(bytes);
  }

  /** Removes bytes from the head of the first piece. */
  drop(byteCount: number): void {
    const piece = this.first;
    if (byteCount < piece.length) {
      this.#pieces[this.#first] = piece.subarray(byteCount);
    } else if (this.#first === this.#pieces.length - 1) {
      this.#pieces.length = 0;
      this.#first = 0;
    } else {
      (this.#pieces as (Buffer | undefined)[])[this.#first++] = undefined;
    }
  }

  /** Removes all pieces, and returns them. */
  take(): Buffer[] {
    const pieces = this.#pieces.slice(this.#first);
    this.#pieces = [];
    this.#first = 0;
    return pieces;
  }
}
