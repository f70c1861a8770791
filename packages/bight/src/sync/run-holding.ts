import type { AbstractEventLoop, Coroutine, CoroutineFunction } from '@bight/loop-abstract';
import { checkCallback } from '@bight/loop-abstract/validate';
import { coroutine, type Future } from '@bight/loop-core';

/**
 * Runs a coroutine function between acquiring and releasing something.
 *
 * @throws {TypeError} unless `body` is a function
 */
export function runHolding<T>(
  loop: AbstractEventLoop,
  acquire: () => Future<unknown>,
  release: () => void,
  body: CoroutineFunction<T>,
): Future<T> {
  checkCallback(body, 'body');
  return coroutine(
    loop,
    function* (): Coroutine<T> {
      yield* acquire();
      try {
        return yield* coroutine<T>(loop, body as () => PromiseLike<T>, {
          keepsContext: true,
          isUserCode: true,
        });
      } finally {
        release();
      }
    },
    { keepsContext: true },
  );
}
