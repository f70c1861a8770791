import { isForeignFuture } from './foreign-future.js';
import { isFuture } from './is-future.js';
import { isThenable } from './is-thenable.js';

/**
 * A promise for a thenable, which may call back twice, throw after that, or throw when its `then` is read: Promises/A+
 * defines how to adopt it, and `Promise.resolve()` does so. A future is taken as it is.
 *
 * @returns `null` if the value is no thenable
 * @internal
 */
export function adopt(value: unknown): PromiseLike<unknown> | null {
  if (value instanceof Promise || isFuture(value) || isForeignFuture(value))
    return value as PromiseLike<unknown>;
  try {
    return isThenable(value) ? Promise.resolve(value) : null;
  } catch (error) {
    return Promise.reject(error);
  }
}
