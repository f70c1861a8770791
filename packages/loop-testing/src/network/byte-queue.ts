/** Bytes in the order in which they came. */
export class ByteQueue {
  #chunks: Buffer[] = [];
  #length = 0;

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  push(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#length += bytes.length;
  }

  /** Takes out the first `count`. */
  take(count: number): Buffer {
    const taken: Buffer[] = [];
    let missing = count;
    while (missing > 0) {
      const first = this.#chunks[0] as Buffer;
      if (first.length > missing) {
        taken.push(first.subarray(0, missing));
        this.#chunks[0] = first.subarray(missing);
        missing = 0;
      } else {
        taken.push(first);
        this.#chunks.shift();
        missing -= first.length;
      }
    }
    this.#length -= count;
    return taken.length === 1 ? (taken[0] as Buffer) : Buffer.concat(taken, count);
  }

  clear(): void {
    this.#chunks = [];
    this.#length = 0;
  }
}
