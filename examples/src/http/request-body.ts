import { type AbstractFuture, type TaskLoop, TimeoutError, timeout } from 'bight';
import { type Fields, HttpError } from './request-head.js';

/** A body's interface to its connection. */
export interface BodySource {
  readonly loop: TaskLoop;
  /** The **seconds** for which the client may send nothing while a handler waits. */
  readonly patience: number;
  /** Called before the first wait. */
  wanted(): void;
  /** Called when a piece was taken. */
  taken(): void;
}

/** The body of a request, in pieces as they arrive. */
export class RequestBody implements AsyncIterable<Buffer> {
  readonly #source: BodySource;
  readonly #pieces: Buffer[] = [];
  #trailers: Fields | null = null;
  #error: Error | null = null;
  #waiter: AbstractFuture<void> | null = null;
  /** The number of received bytes that were not taken. */
  size = 0;

  constructor(source: BodySource) {
    this.#source = source;
  }

  /** Whether it has ended. */
  get isComplete(): boolean {
    return this.#trailers !== null;
  }

  /** Whether the body has ended, or cannot be read. */
  get hasFailed(): boolean {
    return this.#error !== null;
  }

  /** The trailers; empty before the end of the body. */
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
   * Yields its pieces.
   *
   * @throws {HttpError} when the client sends a malformed body, or nothing for too long
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

  /** The whole body. */
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
