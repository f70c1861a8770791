import { RuntimeError } from '@bight/loop-abstract';
import { kIsBlocking, kState } from '../internals.js';
import type { Future } from './future.js';
import { PENDING } from './state.js';

/**
 * What `yield* future` iterates: the future itself once, if it has to be waited for, then its result. A plain object
 * with three methods is several times cheaper than a generator.
 *
 * @internal
 */
export class FutureIterator<T> implements Iterator<Future<unknown>, T, unknown> {
  readonly #future: Future<T>;
  #hasWaited = false;

  constructor(future: Future<T>) {
    this.#future = future;
  }

  next(): IteratorResult<Future<unknown>, T> {
    const future = this.#future;
    if (future[kState] !== PENDING) return { done: true, value: future.result() };
    // The code that drives the coroutine went on without waiting. Python raises, too; and a spread comes to an end.
    if (this.#hasWaited)
      throw new RuntimeError(`${future} was resumed before it was done: it was not waited for`);
    this.#hasWaited = true;
    future[kIsBlocking] = true;
    return { done: false, value: future as Future<unknown> };
  }

  throw(error: unknown): never {
    throw error;
  }

  return(value: T): IteratorResult<Future<unknown>, T> {
    return { done: true, value };
  }

  [Symbol.iterator](): this {
    return this;
  }
}
