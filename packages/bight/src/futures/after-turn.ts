import type { AbstractEventLoop, Coroutine } from '@bight/loop-abstract';
import { coroutine, type Future } from '@bight/loop-core';
import { nextTurn } from '@bight/loop-core/low-level';

/** Calls a method after a turn of the loop: nothing was done when that is cancelled. */
export function afterTurn<T>(loop: AbstractEventLoop, method: () => Future<T>): Future<T> {
  return coroutine(loop, callAfterTurn(loop, method));
}

function* callAfterTurn<T>(loop: AbstractEventLoop, method: () => Future<T>): Coroutine<T> {
  yield* nextTurn(loop);
  return yield* method();
}
