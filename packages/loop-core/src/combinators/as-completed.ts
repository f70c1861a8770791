import type { AbstractEventLoop, CoroutineFunction, TimerHandle } from '@bight/loop-abstract';
import { TimeoutError } from '@bight/loop-abstract';
import { Fifo } from '@bight/loop-abstract/low-level';
import { checkOptions, checkSeconds } from '@bight/loop-abstract/validate';
import { asGiven } from '../futures/foreign-future.js';
import type { Future } from '../futures/future.js';
import { release, type Watcher, watch } from '../futures/watch.js';
import { getEventLoop } from '../policy/running-loop.js';
import { coroutine } from '../tasks/coroutine.js';
import { ensureFutures, loopFor } from '../tasks/ensure-future.js';
import { DependingFuture } from './depending-future.js';
import { checkIterable } from './wait.js';

/** How to wait for each. */
export interface AsCompletedOptions {
  /** At most this many **seconds** for all of them. */
  timeout?: number | null;
  /** The loop; by default the running one, or that of the first future. */
  loop?: AbstractEventLoop | null;
}

/**
 * Futures in the order in which they complete.
 *
 * Iterated with `for … of`, each step gives a future of the next result. Iterated with `for await`, each step gives
 * the future itself that completed, so that it can be recognised.
 */
export interface CompletionOrder<F extends Future<unknown>> {
  [Symbol.iterator](): Iterator<Future<F extends Future<infer T> ? T : never>, undefined>;
  [Symbol.asyncIterator](): AsyncIterator<F, undefined>;
}

/** The futures that have completed, and the waits for one. */
class Completions<F extends Future<unknown>> implements CompletionOrder<F> {
  readonly #loop: AbstractEventLoop;
  readonly #todo: Map<F, Watcher<unknown>>;
  readonly #pending = { [Symbol.iterator]: () => this.#todo.keys() };
  /** Completed futures that were not taken; `null` for each that missed the time-out. */
  readonly #completed = new Fifo<F | null>();
  /** The getters that wait for one, the longest first. */
  readonly #getters = new Set<Future<undefined>>();
  readonly #timer: TimerHandle | null;
  #left: number;

  constructor(futures: Set<F>, timeoutSeconds: number | null, loop: AbstractEventLoop) {
    this.#loop = loop;
    this.#left = futures.size;
    this.#todo = new Map([...futures].map((future) => [future, watch(future, () => this.#done(future))]));
    this.#timer =
      timeoutSeconds === null || futures.size === 0
        ? null
        : loop.callLater(timeoutSeconds, () => this.#timeOut());
  }

  *[Symbol.iterator](): Generator<Future<never>, undefined> {
    while (this.#left > 0) {
      this.#left--;
      yield this.#start(function* (this: Completions<F>): Generator<unknown, never, unknown> {
        return (yield* this.#next()).result() as never;
      });
    }
    return undefined;
  }

  [Symbol.asyncIterator](): AsyncIterator<F, undefined> {
    return {
      next: async () => {
        if (this.#left === 0) return { done: true, value: undefined };
        this.#left--;
        // In a box: an async iterator's result may be a future, but awaiting must not unwrap it.
        const [value] = await this.#start(function* (this: Completions<F>): Generator<unknown, [F], unknown> {
          return [asGiven(yield* this.#next()) as F];
        });
        return { done: false, value };
      },
    };
  }

  #start<T>(body: (this: Completions<F>) => Generator<unknown, T, unknown>): Future<T> {
    const bound = body.bind(this);
    return coroutine<T>(this.#loop, function* () {
      return yield* bound();
    });
  }

  *#next(): Generator<unknown, F, unknown> {
    while (this.#completed.length === 0) {
      const getter = new DependingFuture<undefined>(this.#loop, this.#pending);
      this.#getters.add(getter);
      try {
        yield* getter;
      } catch (error) {
        this.#giveUp(getter);
        throw error;
      }
    }
    const future = this.#completed.shift() as F | null;
    if (future === null) throw new TimeoutError();
    return future;
  }

  /** A cancelled getter leaves the queue; the future for which it was woken goes to the next. */
  #giveUp(getter: Future<undefined>): void {
    this.#getters.delete(getter);
    if (this.#completed.length > 0 && !getter.cancelled()) this.#wakeNext();
  }

  #put(future: F | null): void {
    this.#completed.push(future);
    this.#wakeNext();
  }

  #wakeNext(): void {
    for (const getter of this.#getters) {
      this.#getters.delete(getter);
      if (getter.done()) continue;
      release(getter, undefined);
      return;
    }
  }

  #done(future: F): void {
    if (!this.#todo.delete(future)) return;
    this.#put(future);
    if (this.#todo.size === 0) this.#timer?.cancel();
  }

  #timeOut(): void {
    for (const watcher of this.#todo.values()) {
      watcher.remove();
      this.#put(null);
    }
    this.#todo.clear();
  }
}

/**
 * Waits for several awaitables, one after the other as they complete.
 *
 * @param awaitables - futures, promises and coroutine functions; the latter become tasks
 * @param options.timeout - at most this many **seconds** for all; what is not done by then gives a TimeoutError
 * @returns an iterable, and async iterable
 * @throws {TypeError} when `awaitables` cannot be iterated
 * @python asyncio.as_completed()
 */
export function asCompleted<T>(
  awaitables: Iterable<PromiseLike<T> | CoroutineFunction<T>>,
  options?: AsCompletedOptions | null,
): CompletionOrder<Future<T>> {
  checkIterable(awaitables);
  const { timeout = null } = checkOptions(options, ['timeout', 'loop']);
  if (timeout !== null) checkSeconds(timeout, 'timeout');
  const given = [...awaitables];
  const loop = options?.loop ?? loopFor(given, getEventLoop);
  const futures = new Set(ensureFutures(given, loop)) as Set<Future<T>>;
  return new Completions<Future<T>>(futures, timeout, loop);
}
