import type { AbstractEventLoop, Coroutine } from '@bight/loop-abstract';
import { coroutine, type Future } from '@bight/loop-core';
import { nextTurn } from '@bight/loop-core/low-level';

/**
 * Calls a method after a turn of the loop: nothing was done when that is cancelled. The method and its argument come
 * apart: a closure over them would cost the caller an object for each call, also when it is not made.
 */
export function afterTurn<T, S, A>(
  loop: AbstractEventLoop,
  method: (this: S, argument: A) => Future<T>,
  self: S,
  argument: A,
): Future<T> {
  return coroutine(loop, callAfterTurn(loop, method, self, argument));
}

function* callAfterTurn<T, S, A>(
  loop: AbstractEventLoop,
  method: (this: S, argument: A) => Future<T>,
  self: S,
  argument: A,
): Coroutine<T> {
  yield* nextTurn(loop);
  return yield* method.call(self, argument);
}
