import type { AbstractEventLoop } from '@bight/loop-abstract';
import { Future } from '@bight/loop-core';

/** A future that has its result already: what a coroutine method returns that need not wait. */
export function completedFuture<T>(loop: AbstractEventLoop, result: T): Future<T> {
  const future = new Future<T>({ loop });
  future.setResult(result);
  return future;
}

/** A future that has failed already: what a coroutine method returns that cannot even begin. */
export function failedFuture(loop: AbstractEventLoop, error: unknown): Future<never> {
  const future = new Future<never>({ loop });
  future.setException(error);
  return future;
}
