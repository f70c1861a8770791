const TOLERATED = 5;

/** Counts what is written to a transport that has lost its connection, and says so when it does not stop. */
export class VainWrites {
  #count = 0;

  note(): void {
    if (this.#count >= TOLERATED) console.warn('pipe closed by peer or write to the pipe failed.');
    this.#count++;
  }
}
