import type { Buffer } from 'node:buffer';
import { Fifo } from '@bight/loop-abstract/low-level';

/** Bytes that came while nothing was to be delivered, in order. */
export class HeldBytes {
  readonly #pieces = new Fifo<Buffer>();

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  /** The first piece. There must be one. */
  get first(): Buffer {
    return this.#pieces.first!;
  }

  push(bytes: Buffer): void {
    this.#pieces.push(bytes);
  }

  /** Removes bytes from the head of the first piece. */
  drop(byteCount: number): void {
    const piece = this.first;
    if (byteCount < piece.length) this.#pieces.replaceFirst(piece.subarray(byteCount));
    else this.#pieces.shift();
  }

  /** Removes all pieces, and returns them. */
  take(): Buffer[] {
    return this.#pieces.takeAll();
  }
}
