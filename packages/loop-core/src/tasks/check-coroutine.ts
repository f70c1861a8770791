import type { CoroutineFunction } from '@bight/loop-abstract';
import { describeValue } from '@bight/loop-abstract/validate';
import { isThenable } from '../futures/is-thenable.js';
import { isAsyncGeneratorFunction, isGenerator } from './coroutine-kinds.js';

/**
 * @throws {TypeError} unless `coro` is something to make a task of: an async function, a generator function, or a
 *   generator that has not begun
 * @internal
 */
export function checkCoroutine(coro: unknown): asserts coro is CoroutineFunction<never> {
  if (isThenable(coro)) {
    throw new TypeError(
      `a coroutine function was expected, not ${describeValue(coro)}, which runs already: ` +
        'pass the function itself (async () => …), or use wrapFuture(promise)',
    );
  }
  if (isAsyncGeneratorFunction(coro)) {
    throw new TypeError(
      `a coroutine function was expected, not the async generator function ${describeValue(coro)}`,
    );
  }
  if (typeof coro !== 'function' && !isGenerator(coro)) {
    throw new TypeError(
      `a coroutine function (async or generator function) was expected, not ${describeValue(coro)}`,
    );
  }
}
