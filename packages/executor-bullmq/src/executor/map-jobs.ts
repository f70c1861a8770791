import { TimeoutError } from '@bight/loop-abstract';
import { Fifo } from '@bight/loop-abstract/low-level';
import { checkBufferSize, checkOptions, checkTimeout, typeError } from '@bight/loop-abstract/validate';
import { waitFor } from '@bight/loop-core';
import { SHARED_OPTIONS, type SubmitOptions } from '../options/submit-options.js';
import type { QueueFuture } from './queue-future.js';

// Taken at import: fake timers, which replace the global functions, are not for this.
const readClock = performance.now.bind(performance);

/** What `map()` may be given: what all of its jobs share, and how it takes the items. */
export interface MapJobsOptions extends Omit<SubmitOptions, 'key' | 'onProgress' | 'timeout'> {
  /** How many items are taken ahead of the results, so that the items may be endless; all, at once, when not given. */
  bufferSize?: number | null | undefined;
  /**
   * **Seconds** from the call of `map()` within which each result must be there, else `TimeoutError`; no limit when not
   * given.
   */
  timeout?: number | null | undefined;
}

/** The same, checked. */
export interface CheckedMapOptions {
  readonly bufferSize: number;
  readonly timeoutSeconds: number | null;
  readonly shared: Omit<SubmitOptions, 'key' | 'onProgress' | 'timeout'>;
}

/**
 * Checks what `map()` was given.
 *
 * @throws {TypeError} for an unknown option, and a `bufferSize` that is no integer
 * @throws {ValueError} for a `bufferSize` below 1
 */
export function checkMapOptions(options: MapJobsOptions | null | undefined): CheckedMapOptions {
  const given = checkOptions(options, [...SHARED_OPTIONS, 'bufferSize', 'timeout']);
  const { bufferSize, timeout, ...shared } = given;
  return {
    bufferSize: checkBufferSize(bufferSize) ?? Number.POSITIVE_INFINITY,
    timeoutSeconds: checkTimeout(timeout),
    shared,
  };
}

/**
 * Submits a job for each item, and yields the results in the order of the items. When the consumer stops early, or a
 * job fails, the jobs whose results were not yielded are cancelled.
 */
export class MappedJobs<T, R> {
  readonly #submit: (item: T) => QueueFuture<R>;
  readonly #options: CheckedMapOptions;
  readonly #pending = new Fifo<QueueFuture<R>>();
  readonly #startMs = readClock();
  #iterator: Iterator<T> | null;
  #taken = 0;
  #delivered = 0;
  #failure: { readonly error: unknown } | null = null;

  /** Takes the first items. */
  constructor(items: Iterable<T>, options: CheckedMapOptions, submit: (item: T) => QueueFuture<R>) {
    if (items === null || items === undefined || typeof items[Symbol.iterator] !== 'function') {
      throw typeError('items', 'an iterable', items);
    }
    this.#submit = submit;
    this.#options = options;
    this.#iterator = items[Symbol.iterator]();
    this.#refill();
    if (this.#failure === null || options.bufferSize !== Number.POSITIVE_INFINITY) return;
    this.#close();
    throw this.#failure.error;
  }

  /** The results. */
  async *results(): AsyncGenerator<R, undefined> {
    try {
      for (let future = this.#pending.first; future !== undefined; future = this.#pending.first) {
        const result = await this.#wait(future);
        this.#pending.shift();
        this.#delivered++;
        // The workers need not wait for the consumer.
        this.#refill();
        yield result;
      }
      if (this.#failure !== null) throw this.#failure.error;
    } finally {
      this.#close();
    }
    return undefined;
  }

  async #wait(future: QueueFuture<R>): Promise<R> {
    const { timeoutSeconds } = this.#options;
    if (timeoutSeconds === null) return await future;
    const remaining = timeoutSeconds - (readClock() - this.#startMs) / 1000;
    if (remaining <= 0 && !future.done()) {
      throw new TimeoutError(`not all jobs ended within ${timeoutSeconds} seconds`);
    }
    return await waitFor(future, Math.max(remaining, 0));
  }

  #refill(): void {
    while (this.#iterator !== null && this.#taken < this.#delivered + this.#options.bufferSize) {
      try {
        const { done, value } = this.#iterator.next();
        if (done === true) {
          this.#iterator = null;
          return;
        }
        this.#taken++;
        this.#pending.push(this.#submit(value));
      } catch (error) {
        this.#failure = { error };
        this.#iterator = null;
      }
    }
  }

  #close(): void {
    for (const future of this.#pending) future.cancel();
    const iterator = this.#iterator;
    this.#iterator = null;
    iterator?.return?.();
  }
}
