import { describeFunction } from '../debugging/describe.js';
import { kAddWaiter, kIsAwaiter, kLoop, kRemoveWaiter, kRun, kState } from '../internals.js';
import { enqueue } from '../scheduling/enqueue.js';
import type { Runnable } from '../scheduling/runnable.js';
import type { Future } from './future.js';
import { PENDING } from './state.js';

/**
 * A done callback of the library's own: takes its turn in the loop like any other, but runs none of the user's code,
 * and so needs no context and no handle.
 *
 * @internal
 */
export class Watcher<T> implements Runnable {
  declare [kIsAwaiter]: boolean;
  readonly #future: Future<T>;
  readonly #callback: (future: Future<T>) => void;
  #isActive = true;

  static {
    this.prototype[kIsAwaiter] = false;
  }

  constructor(future: Future<T>, callback: (future: Future<T>) => void) {
    this.#future = future;
    this.#callback = callback;
    if (future[kState] === PENDING) future[kAddWaiter](this);
    else enqueue(future[kLoop], this);
  }

  [kRun](): void {
    if (!this.#isActive) return;
    this.#isActive = false;
    this.#callback(this.#future);
  }

  /** For messages. */
  toString(): string {
    return describeFunction(this.#callback);
  }

  /** Stops watching. A turn that is queued already still comes, as in CPython. */
  remove(): void {
    if (this.#future[kState] === PENDING) this.#future[kRemoveWaiter](this);
  }
}

/** Calls back through the loop once a future is done. @internal */
export function watch<T>(future: Future<T>, callback: (future: Future<T>) => void): Watcher<T> {
  return new Watcher(future, callback);
}

/** Gives a future the outcome of another one that is done. @internal */
export function copyOutcome<T>(from: Future<T>, to: Future<T>): void {
  if (from.cancelled()) {
    to.cancel();
    return;
  }
  const exception = from.exception();
  if (exception !== null) to.setException(exception);
  else to.setResult(from.result());
}

/** Sets a result, unless the future is done already. @internal */
export function release<T>(future: Future<T>, result: T): void {
  if (future[kState] === PENDING) future.setResult(result);
}
