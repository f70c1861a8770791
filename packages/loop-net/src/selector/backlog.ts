import { sendPieces } from '@bight/sockets/engine';

/** The bytes that the system did not take, in order. They are copies. */
export class Backlog {
  /** How many bytes there are. */
  bytes = 0;
  #pieces: Buffer[] = [];
  #first = 0;
  #offset = 0;

  /** Adds a piece behind the others. */
  push(piece: Buffer): void {
    this.#pieces.push(piece);
    this.bytes += piece.length;
  }

  /** Adds a piece before the others. */
  unshift(piece: Buffer): void {
    const [first, ...others] = this.#pieces.slice(this.#first);
    this.#pieces = first === undefined ? [piece] : [piece, first.subarray(this.#offset), ...others];
    this.#first = 0;
    this.#offset = 0;
    this.bytes += piece.length;
  }

  /** Sends as much as the system takes. @throws the system's error */
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
      this.#first++;
    }
    this.#offset = rest;
    if (this.#first < 64) return;
    this.#pieces.splice(0, this.#first);
    this.#first = 0;
  }
}
