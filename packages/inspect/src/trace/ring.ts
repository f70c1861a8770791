const CHUNK_CHARACTERS = 32_768;

/** Text of a bounded size: when it grows beyond that, the oldest goes. */
export class Ring {
  readonly #limit: number;
  #chunks: string[] = [];
  #current: string[] = [];
  #currentSize = 0;
  #size = 0;

  /** @param limit - how many characters are kept, at least */
  constructor(limit: number) {
    this.#limit = limit;
  }

  push(text: string): void {
    this.#current.push(text);
    this.#currentSize += text.length + 1;
    if (this.#currentSize < CHUNK_CHARACTERS) return;
    this.#seal();
    while (this.#size - (this.#chunks[0]?.length ?? 0) > this.#limit) {
      this.#size -= (this.#chunks.shift() as string).length;
    }
  }

  /** Takes out everything, oldest first. */
  take(): string[] {
    this.#seal();
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#size = 0;
    return chunks;
  }

  #seal(): void {
    if (this.#current.length === 0) return;
    const chunk = this.#current.join(',\n');
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    this.#current = [];
    this.#currentSize = 0;
  }
}
