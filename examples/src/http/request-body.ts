import { type AbstractFuture, type TaskLoop, TimeoutError, timeout } from 'bight';
import { type Fields, HttpError } from './request-head.js';

/** What a body needs of its connection. */
export interface BodySource {
  readonly loop: TaskLoop;
  /** How many **seconds** the client may send nothing while a handler waits for it. */
  readonly patience: number;
  /** Called before the first wait. */
  wanted(): void;
  /** Called when a piece was taken. */
  taken(): void;
}

/** The body of a request, in the pieces in which it comes. */
export class RequestBody implements AsyncIterable<Buffer> {
  readonly #source: BodySource;
  readonly #pieces: Buffer[] = [];
  #trailers: Fields | null = null;
  #error: Error | null = null;
  #waiter: AbstractFuture<void> | null = null;
  /** How many bytes have come, and were not taken. */
  size = 0;

  constructor(source: BodySource) {
    this.#source = source;
  }

  /** Whether it has come to its end. */
  get isComplete(): boolean {
    return this.#trailers !== null;
  }

  /** Whether the client sends no body any more, or none that can be read. */
  get hasFailed(): boolean {
    return this.#error !== null;
  }

  /** The fields behind it; empty before its end. */
  get trailers(): Fields {
    return this.#trailers ?? new Map();
  }

  push(piece: Buffer): void {
    this.#pieces.push(piece);
    this.size += piece.length;
    this.#wake();
  }

  end(trailers: Fields): void {
    this.#trailers = trailers;
    this.#wake();
  }

  fail(error: Error): void {
    this.#error = error;
    this.#wake();
  }

  /**
   * Gives its pieces.
   *
   * @throws {HttpError} when the client sends what is no body, or nothing for too long
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void> {
    for (;;) {
      const piece = this.#pieces.shift();
      if (piece !== undefined) {
        this.size -= piece.length;
        this.#source.taken();
        yield piece;
      } else if (this.#error !== null) throw this.#error;
      else if (this.isComplete) return;
      else await this.#more();
    }
  }

  /** The whole of it. */
  async bytes(): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  async #more(): Promise<void> {
    const { loop, patience } = this.#source;
    this.#source.wanted();
    const waiter = loop.createFuture<void>();
    this.#waiter = waiter;
    try {
      await timeout(patience).run(async () => await waiter);
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      this.#error = new HttpError('408 Request Timeout');
    } finally {
      this.#waiter = null;
    }
  }

  #wake(): void {
    if (this.#waiter?.done() === false) this.#waiter.setResult();
  }
}
