import { Fifo } from '@bight/loop-abstract/low-level';
import type { PoolFuture } from './pool-future.js';

/** How `executor.map()` takes items and submits calls with them. */
export interface MapPlan<T, R> {
  readonly items: Iterable<T>;
  /** How many items go to a worker in one message. */
  readonly chunksize: number;
  /** How many items are taken ahead of the results; `null`: all of them, at once. */
  readonly bufferSize: number | null;
  /** Submits calls, one for each item, which one worker makes. */
  submit(chunk: readonly T[]): PoolFuture<R[]>;
}

/** The calls of one `executor.map()` that have been submitted, in the order of the items. */
export class MapCalls<T, R> {
  readonly #plan: MapPlan<T, R>;
  readonly #chunksize: number;
  readonly #pending = new Fifo<PoolFuture<R[]>>();
  #iterator: Iterator<T> | null;
  #taken = 0;
  #failure: { error: unknown } | null = null;

  /**
   * Submits the first calls, or all of them.
   *
   * @throws what the iterable throws; then no call is made
   * @throws {RuntimeError} when the executor takes no calls
   */
  constructor(plan: MapPlan<T, R>) {
    this.#plan = plan;
    const { items, chunksize, bufferSize } = plan;
    this.#chunksize = Math.min(chunksize, bufferSize ?? chunksize);
    if (bufferSize === null) {
      this.#iterator = null;
      for (const chunk of [...chunked(items, chunksize)]) this.#pending.push(plan.submit(chunk));
      return;
    }
    this.#iterator = items[Symbol.iterator]();
    this.refill(0);
    if (this.#failure === null) return;
    this.close();
    throw this.#failure.error;
  }

  /**
   * Takes more items, as many as the buffer allows.
   *
   * @param delivered - how many results there have been. What the iterable throws has its place behind those that are
   *   pending
   */
  refill(delivered: number): void {
    const { bufferSize } = this.#plan;
    if (bufferSize === null) return;
    while (this.#iterator !== null && delivered + bufferSize - this.#taken >= this.#chunksize) {
      try {
        const chunk = this.#takeChunk(this.#iterator);
        if (chunk.length > 0) this.#pending.push(this.#plan.submit(chunk));
      } catch (error) {
        this.#failure = { error };
        this.#iterator = null;
      }
    }
  }

  /**
   * The next calls; `undefined` when there are no more.
   *
   * @throws what the iterable has thrown, or `RuntimeError` when the executor has taken no more calls
   */
  shift(): PoolFuture<R[]> | undefined {
    const calls = this.#pending.shift();
    if (calls === undefined && this.#failure !== null) throw this.#failure.error;
    return calls;
  }

  /** Cancels the calls that have not begun, and takes no more items. */
  close(): void {
    for (const calls of this.#pending) calls.cancel();
    const iterator = this.#iterator;
    this.#iterator = null;
    iterator?.return?.();
  }

  #takeChunk(iterator: Iterator<T>): T[] {
    const chunk: T[] = [];
    while (chunk.length < this.#chunksize) {
      const { done, value } = iterator.next();
      if (done === true) {
        this.#iterator = null;
        break;
      }
      this.#taken++;
      chunk.push(value);
    }
    return chunk;
  }
}

function* chunked<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
