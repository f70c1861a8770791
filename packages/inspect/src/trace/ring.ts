import { Buffer } from 'node:buffer';

const CHUNK_CHARACTERS = 32_768;

interface Chunk {
  readonly text: string;
  readonly bytes: number;
}

/** Text of a bounded size: when it grows beyond that, the oldest goes. */
export class Ring {
  readonly #limit: number;
  #chunks: Chunk[] = [];
  #current: string[] = [];
  #currentSize = 0;
  #size = 0;

  /** @param limit - how many bytes are kept, at least */
  constructor(limit: number) {
    this.#limit = limit;
  }

  push(text: string): void {
    this.#current.push(text);
    this.#currentSize += text.length + 1;
    if (this.#currentSize < CHUNK_CHARACTERS) return;
    this.#seal();
    while (this.#size - (this.#chunks[0]?.bytes ?? 0) > this.#limit) {
      this.#size -= (this.#chunks.shift() as Chunk).bytes;
    }
  }

  /** Takes out everything, oldest first. */
  take(): string[] {
    this.#seal();
    const chunks = this.#chunks.map(({ text }) => text);
    this.#chunks = [];
    this.#size = 0;
    return chunks;
  }

  #seal(): void {
    if (this.#current.length === 0) return;
    const text = this.#current.join(',\n');
    const bytes = Buffer.byteLength(text);
    this.#chunks.push({ text, bytes });
    this.#size += bytes;
    this.#current = [];
    this.#currentSize = 0;
  }
}
