import type { AbstractEventLoop, CoroutineFunction } from '@bight/loop-abstract';
import { ValueError } from '@bight/loop-abstract';
import { checkOptions, describeValue } from '@bight/loop-abstract/validate';
import { isForeignFuture } from '../futures/foreign-future.js';
import type { Future } from '../futures/future.js';
import { isFuture } from '../futures/is-future.js';
import { isThenable } from '../futures/is-thenable.js';
import { wrapFuture } from '../futures/wrap-future.js';
import { kLoop } from '../internals.js';
import { getEventLoop, getRunningLoop, runningLoop } from '../policy/running-loop.js';
import { isGenerator } from './coroutine-kinds.js';

/**
 * Makes a future of anything that can be awaited: a future is returned as it is, a coroutine function becomes a task, a
 * promise is wrapped.
 *
 * @param options.loop - the loop; by default the current one
 * @throws {ValueError} when a future belongs to another loop than the one named
 * @throws {TypeError} when it cannot be awaited
 * @python asyncio.ensure_future()
 */
export function ensureFuture<T>(
  awaitable: PromiseLike<T> | CoroutineFunction<T>,
  options?: { loop?: AbstractEventLoop | null } | null,
): Future<T> {
  const loop = checkOptions(options, ['loop']).loop ?? null;
  if (isFuture(awaitable) || isForeignFuture(awaitable)) {
    if (loop !== null && awaitable.getLoop() !== loop) {
      throw new ValueError(
        'The future belongs to a different loop than the one specified as the loop argument',
      );
    }
    return wrapFuture(awaitable as PromiseLike<T>);
  }
  if (isThenable(awaitable)) return wrapFuture(awaitable as PromiseLike<T>, { loop: loop ?? getEventLoop() });
  if (typeof awaitable !== 'function' && !isGenerator(awaitable)) {
    throw new TypeError(
      `a future, a coroutine function or a promise was expected, not ${describeValue(awaitable)}`,
    );
  }
  const owner = loop ?? getEventLoop();
  // The loop, or its task factory, may make tasks of its own kind.
  return wrapFuture<T>(owner.createTask(awaitable as CoroutineFunction<T>), { loop: owner });
}

/**
 * The loop on which several awaitables are waited for: the running one; outside of any, that of the first future.
 *
 * @param otherwise - says which when no loop runs, and there is no future
 * @internal
 */
export function loopFor(
  awaitables: Iterable<unknown>,
  otherwise: () => AbstractEventLoop = getRunningLoop,
): AbstractEventLoop {
  const running = runningLoop();
  if (running !== null) return running;
  for (const awaitable of awaitables) {
    if (isFuture(awaitable) || isForeignFuture(awaitable)) return awaitable.getLoop();
  }
  return otherwise();
}

/**
 * The futures of several awaitables, in the same order. All of them must belong to one loop.
 *
 * @param visit - called with each future as soon as it is there, and with whether it was made here
 * @internal
 */
export function ensureFutures(
  awaitables: Iterable<PromiseLike<unknown> | CoroutineFunction<unknown>>,
  loop: AbstractEventLoop | null,
  visit?: (future: Future<unknown>, isMadeHere: boolean) => void,
): Future<unknown>[] {
  const futures: Future<unknown>[] = [];
  const wrapped = new Map<object, Future<unknown>>();
  let common = loop;
  for (const awaitable of awaitables) {
    const known = wrapped.get(awaitable);
    const future = known ?? ensureFuture(awaitable, { loop: common });
    common ??= future[kLoop] as unknown as AbstractEventLoop;
    // A promise named twice is one promise; a function named twice is called twice.
    if (typeof awaitable !== 'function') wrapped.set(awaitable, future);
    visit?.(future, known === undefined && (future as unknown) !== awaitable);
    futures.push(future);
  }
  return futures;
}
