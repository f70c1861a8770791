import type { AbstractEventLoop, AbstractFuture } from '@bight/loop-abstract';
import { checkOptions, describeValue } from '@bight/loop-abstract/validate';
import { kLoop, kState } from '../internals.js';
import type { FutureLoop } from '../scheduling/handle.js';
import { ForeignFuture, isForeignFuture } from './foreign-future.js';
import { Future } from './future.js';
import { isFuture } from './is-future.js';
import { isThenable } from './is-thenable.js';
import { PENDING } from './state.js';

/** The future of a foreign promise. */
class PromiseFuture<T> extends Future<T> {
  readonly #source: PromiseLike<T> & { cancel?: unknown };

  constructor(promise: PromiseLike<T>, loop: FutureLoop | null | undefined) {
    super({ loop }, true);
    this.#source = promise;
    // Adopted as Promises/A+ has it: a foreign `then` may throw, or call back more than once.
    Promise.resolve(promise).then(
      (value) => {
        if (this.#isOpen()) this.setResult(value);
      },
      (reason) => {
        if (!this.#isOpen()) return;
        if (wasCancelled(promise)) this.cancel();
        else this.setException(reason ?? new Error(`a promise was rejected with ${reason}`));
      },
    );
  }

  /** Cancels the source as well, and at once: a call in an executor must not begin after this. */
  override cancel(message?: string | null): boolean {
    const wasOpen = super.cancel(message);
    if (wasOpen && typeof this.#source.cancel === 'function') this.#source.cancel();
    return wasOpen;
  }

  // A promise may well outlive its awaiter, and the loop, too.
  #isOpen(): boolean {
    return this[kState] === PENDING && !(this[kLoop] as { isClosed?(): boolean }).isClosed?.();
  }
}

/** Whether the promise reports that it was cancelled, as that of an executor does. */
function wasCancelled(promise: object): boolean {
  return 'cancelled' in promise && typeof promise.cancelled === 'function' && promise.cancelled() === true;
}

/**
 * Makes a future of any promise, so that awaiting it can be cancelled: the promise itself goes on, and its outcome is
 * then ignored. A promise that has a `cancel()` of its own, such as an executor's, is cancelled, too.
 *
 * @param options.loop - the loop of the future; by default the current one
 * @returns the future; a future is returned as it is
 * @throws {TypeError} unless it has a `then`
 * @python asyncio.wrap_future()
 */
export function wrapFuture<T>(
  promise: PromiseLike<T>,
  options?: { loop?: AbstractEventLoop | null } | null,
): Future<T> {
  if (isFuture(promise)) return promise as unknown as Future<T>;
  if (isForeignFuture(promise)) return new ForeignFuture<T>(promise as AbstractFuture<T>);
  if (!isThenable(promise)) throw new TypeError(`a promise was expected, not ${describeValue(promise)}`);
  return new PromiseFuture<T>(promise, checkOptions(options, ['loop']).loop);
}
