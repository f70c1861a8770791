import type { AbstractFuture, ExecutorCallable } from '@bight/loop-abstract';
import { checkOption, typeError } from '@bight/loop-abstract/validate';
import type { Future } from '../futures/future.js';
import { getRunningLoop } from '../policy/running-loop.js';
import { coroutine } from '../tasks/coroutine.js';

/** What lends tokens to borrowers: a `CapacityLimiter`. */
export interface Limiter {
  /** Waits for a token, and borrows it for `borrower`. */
  acquireOnBehalfOf(borrower: unknown): AbstractFuture<unknown>;
  /** Gives it back. */
  releaseOnBehalfOf(borrower: unknown): void;
}

/** How {@link toThread} runs a function. */
export interface ToThreadOptions {
  /** How many such calls there may be at once: each borrows a token of this `CapacityLimiter` while it runs. */
  limiter?: Limiter | null;
}

/**
 * Runs a function in the default thread pool.
 *
 * @param func - a self-contained function, or a reference made by `taskFrom()`
 * @param options.limiter - a `CapacityLimiter`, of which each call borrows a token
 * @returns the future of its result
 * @throws {RuntimeError} outside of a running loop
 * @throws {TypeError} unless the limiter is one, and for an unknown option
 * @python asyncio.to_thread()
 */
export function toThread<A extends unknown[], R>(
  func: ExecutorCallable<A, R>,
  args?: readonly [...A] | null,
  options?: ToThreadOptions | null,
): Future<Awaited<R>> {
  const loop = getRunningLoop();
  const limiter = checkOption(options, 'limiter').limiter ?? null;
  const call = (): Future<Awaited<R>> =>
    loop.runInExecutor(null, func, args) as unknown as Future<Awaited<R>>;
  if (limiter === null) return call();
  if (typeof limiter.acquireOnBehalfOf !== 'function')
    throw typeError('limiter', 'a CapacityLimiter', limiter);
  return coroutine(loop, () => borrowing(limiter, call), { keepsContext: true });
}

function* borrowing<T>(limiter: Limiter, call: () => Future<T>): Generator<unknown, T, unknown> {
  const borrower = { toString: () => 'a call of toThread()' };
  yield* limiter.acquireOnBehalfOf(borrower);
  try {
    return yield* call();
  } finally {
    limiter.releaseOnBehalfOf(borrower);
  }
}
