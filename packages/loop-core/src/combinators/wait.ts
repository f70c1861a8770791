import type { AbstractEventLoop, AbstractFuture, CoroutineFunction } from '@bight/loop-abstract';
import { ValueError } from '@bight/loop-abstract';
import { checkOptions, checkSeconds, describeValue } from '@bight/loop-abstract/validate';
import { asGiven } from '../futures/foreign-future.js';
import type { Future } from '../futures/future.js';
import { isFuture } from '../futures/is-future.js';
import { release, watch } from '../futures/watch.js';
import { kEndsAt } from '../internals.js';
import { coroutine } from '../tasks/coroutine.js';
import { ensureFutures, loopFor } from '../tasks/ensure-future.js';
import { DependingFuture } from './depending-future.js';

const OPTIONS = ['loop', 'timeout', 'returnWhen'] as const;

/**
 * Wait until one is done.
 *
 * @python asyncio.FIRST_COMPLETED
 */
export const FIRST_COMPLETED = 'FIRST_COMPLETED';
/**
 * Wait until one has failed, or all are done.
 *
 * @python asyncio.FIRST_EXCEPTION
 */
export const FIRST_EXCEPTION = 'FIRST_EXCEPTION';
/**
 * Wait until all are done.
 *
 * @python asyncio.ALL_COMPLETED
 */
export const ALL_COMPLETED = 'ALL_COMPLETED';

/** When {@link wait} returns. */
export type ReturnWhen = typeof FIRST_COMPLETED | typeof FIRST_EXCEPTION | typeof ALL_COMPLETED;

/** How to wait. */
export interface WaitOptions {
  /** At most this many **seconds**; what is not done by then is pending. */
  timeout?: number | null;
  /** When to return; by default when all are done. */
  returnWhen?: ReturnWhen;
  /** The loop; by default the running one, or that of the first future. */
  loop?: AbstractEventLoop | null;
}

/**
 * Waits for several awaitables. Cancels nothing, and raises nothing on a time-out.
 *
 * @param awaitables - futures, promises and coroutine functions; the latter become tasks, which are in the sets
 * @returns the future of two sets: those that are done, and those that are pending
 * @throws {ValueError} when there is nothing to wait for, or `returnWhen` is none of the three
 * @throws {TypeError} when `awaitables` cannot be iterated
 * @python asyncio.wait()
 */
export function wait<F extends AbstractFuture<unknown>>(
  awaitables: Iterable<F>,
  options?: WaitOptions | null,
): Future<[done: Set<F>, pending: Set<F>]>;
export function wait<T>(
  awaitables: Iterable<PromiseLike<T> | CoroutineFunction<T>>,
  options?: WaitOptions | null,
): Future<[done: Set<Future<T>>, pending: Set<Future<T>>]>;
export function wait(
  awaitables: Iterable<PromiseLike<unknown> | CoroutineFunction<unknown>>,
  options?: WaitOptions | null,
): Future<[Set<Future<unknown>>, Set<Future<unknown>>]> {
  checkIterable(awaitables);
  const { timeout = null, returnWhen = ALL_COMPLETED } = checkOptions(options, OPTIONS);
  const given = [...awaitables];
  if (given.length === 0) throw new ValueError('Set of Tasks/Futures is empty.');
  if (returnWhen !== FIRST_COMPLETED && returnWhen !== FIRST_EXCEPTION && returnWhen !== ALL_COMPLETED) {
    throw new ValueError(`Invalid returnWhen value: ${describeValue(returnWhen)}`);
  }
  if (timeout !== null) checkSeconds(timeout, 'timeout');
  const loop = options?.loop ?? loopFor(given);
  const futures = new Set(ensureFutures(given, loop));
  return coroutine(loop, () => waitForSome(futures, timeout, returnWhen, loop));
}

function* waitForSome(
  futures: Set<Future<unknown>>,
  timeoutSeconds: number | null,
  returnWhen: ReturnWhen,
  loop: AbstractEventLoop,
): Generator<unknown, [Set<Future<unknown>>, Set<Future<unknown>>], unknown> {
  const waiter = new DependingFuture<undefined>(loop, futures);
  const timer = timeoutSeconds === null ? null : loop.callLater(timeoutSeconds, release, [waiter, undefined]);
  if (timer !== null) waiter[kEndsAt] = timer.when();
  let unfinished = futures.size;
  const watchers = [...futures].map((future) =>
    watch(future, () => {
      unfinished--;
      const isEnough =
        unfinished <= 0 ||
        returnWhen === FIRST_COMPLETED ||
        (returnWhen === FIRST_EXCEPTION && !future.cancelled() && future.exception() !== null);
      if (!isEnough) return;
      timer?.cancel();
      release(waiter, undefined);
    }),
  );
  try {
    yield* waiter;
  } finally {
    timer?.cancel();
    for (const watcher of watchers) watcher.remove();
  }
  const done = new Set<Future<unknown>>();
  const pending = new Set<Future<unknown>>();
  for (const future of futures) (future.done() ? done : pending).add(asGiven(future));
  return [done, pending];
}

/**
 * @throws {TypeError} unless `awaitables` is a collection of awaitables
 * @internal
 */
export function checkIterable(awaitables: unknown): void {
  const isIterable = typeof awaitables === 'object' && awaitables !== null && Symbol.iterator in awaitables;
  if (!isIterable || isFuture(awaitables)) {
    throw new TypeError(`an iterable of futures was expected, not ${describeValue(awaitables)}`);
  }
}
