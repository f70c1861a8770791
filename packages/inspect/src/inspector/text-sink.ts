import { Writable } from 'node:stream';

/** A stream that keeps what is written to it. */
export class TextSink extends Writable {
  readonly #chunks: string[] = [];

  constructor() {
    super({ decodeStrings: false });
  }

  get text(): string {
    return this.#chunks.join('');
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }
}
