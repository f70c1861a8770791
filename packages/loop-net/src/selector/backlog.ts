import { sendPieces } from '@bight/sockets/low-level';

const NOTHING = Buffer.alloc(0);

/** Sent pieces are cut off the list when they are at least this many, and half of all. */
const SMALLEST_CUT = 64;

/** The bytes that the system did not take, in order. They are copies. */
export class Backlog {
  /** How many bytes there are. */
  bytes = 0;
  #pieces: Buffer[] = [];
  /** What is to be sent first: the piece with that index, from that byte on. */
  #first = 0;
  #offset = 0;

  /** Adds a piece behind the others. */
  push(piece: Buffer): void {
    this.#pieces.push(piece);
    this.bytes += piece.length;
  }

  /** Adds a piece before the others. */
  unshift(piece: Buffer): void {
    this.bytes += piece.length;
    const first = this.#pieces[this.#first];
    if (first !== undefined) this.#pieces[this.#first] = first.subarray(this.#offset);
    this.#offset = 0;
    if (this.#first > 0) this.#pieces[--this.#first] = piece;
    else this.#pieces.unshift(piece);
  }

  /**
   * Sends as much as the system takes.
   *
   * @throws the system's error
   */
  send(fd: number): void {
    for (;;) {
      const sent = sendPieces(fd, this.#pieces, this.#first, this.#offset);
      this.#skip(sent);
      if (sent === 0 || this.bytes === 0) return;
    }
  }

  #skip(sent: number): void {
    this.bytes -= sent;
    let rest = sent + this.#offset;
    while (this.#first < this.#pieces.length) {
      const { length } = this.#pieces[this.#first]!;
      if (rest < length) break;
      rest -= length;
      this.#pieces[this.#first++] = NOTHING;
    }
    this.#offset = rest;
    if (this.#first < SMALLEST_CUT || this.#first * 2 < this.#pieces.length) return;
    this.#pieces = this.#pieces.slice(this.#first);
    this.#first = 0;
  }
}
