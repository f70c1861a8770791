import type { AbstractEventLoop, CoroutineFunction } from '@bight/loop-abstract';
import { CancelledError } from '@bight/loop-abstract';
import { checkSeconds } from '@bight/loop-abstract/validate';
import type { Future } from '../futures/future.js';
import { release, watch } from '../futures/watch.js';
import { kCancellation } from '../internals.js';
import { getRunningLoop } from '../policy/running-loop.js';
import { checkCoroutine } from '../tasks/check-coroutine.js';
import { coroutine } from '../tasks/coroutine.js';
import { ensureFuture } from '../tasks/ensure-future.js';
import { DependingFuture } from './depending-future.js';

/** How a race ended. */
export type StaggeredRaceResult<T> = [
  /** What the winner gave, or `null` without one. */
  result: T | null,
  /** Which one won, or `null`. */
  winner: number | null,
  /** For each that was started the error that ended it; `null` for the winner, and for what still ran when it won. */
  errors: (Error | null)[],
];

/**
 * Starts coroutines one after the other, each when the one before has failed or has taken longer than `delay`, until
 * one succeeds; then the others are cancelled, and waited for. It is what Happy Eyeballs (RFC 8305) does.
 *
 * @param coros - coroutine functions, the preferred ones first
 * @param delay - **seconds** between two starts; `null` to start the next one only when all before have failed
 * @returns the future of `[result, winner, errors]`. It does not fail when all fail.
 * @throws {TypeError} unless all are coroutine functions
 * @python asyncio.staggered.staggered_race()
 */
export function staggeredRace<T>(
  coros: Iterable<CoroutineFunction<T>>,
  delay: number | null,
): Future<StaggeredRaceResult<T>> {
  const given = [...coros];
  for (const coro of given) checkCoroutine(coro);
  if (delay !== null && delay !== undefined) checkSeconds(delay, 'delay');
  const race = new Race<T>(given, delay ?? null, getRunningLoop());
  return coroutine(race.loop, () => race.run(), { keepsContext: true });
}

class Race<T> {
  readonly loop: AbstractEventLoop;
  readonly #coros: readonly CoroutineFunction<T>[];
  readonly #delaySeconds: number | null;
  readonly #running = new Set<Future<T>>();
  readonly #errors: (Error | null)[] = [];
  #winner: number | null = null;
  #result: T | null = null;
  #event: Future<undefined> | null = null;

  constructor(coros: readonly CoroutineFunction<T>[], delaySeconds: number | null, loop: AbstractEventLoop) {
    this.#coros = coros;
    this.#delaySeconds = delaySeconds;
    this.loop = loop;
  }

  *run(): Generator<unknown, StaggeredRaceResult<T>, unknown> {
    try {
      for (const coro of this.#coros) {
        if (this.#winner !== null) break;
        yield* this.#nextEvent(this.#start(coro), this.#delaySeconds);
      }
      while (this.#winner === null && this.#running.size > 0) yield* this.#nextEvent(null, null);
    } finally {
      yield* this.#end();
    }
    return [this.#result, this.#winner, this.#errors];
  }

  #start(coro: CoroutineFunction<T>): Future<T> {
    const index = this.#errors.push(null) - 1;
    const task = ensureFuture<T>(coro, { loop: this.loop });
    this.#running.add(task);
    watch(task, () => this.#ended(task, index));
    return task;
  }

  #ended(task: Future<T>, index: number): void {
    this.#running.delete(task);
    const error = task.cancelled() ? task[kCancellation]() : task.exception();
    if (this.#winner === null) {
      if (error === null) {
        this.#winner = index;
        this.#result = task.result();
      } else {
        this.#errors[index] = error;
      }
    } else if (error !== null && !(error instanceof CancelledError)) {
      this.#errors[index] = error;
    }
    if (this.#event !== null) release(this.#event, undefined);
  }

  /** Waits until a task has won, `task` has ended (or, without one, any task), or the time is over. */
  *#nextEvent(task: Future<T> | null, delaySeconds: number | null): Generator<unknown, void, unknown> {
    const over = new DependingFuture<undefined>(this.loop, this.#running);
    const timer =
      delaySeconds === null ? null : this.loop.callLater(delaySeconds, release, [over, undefined]);
    try {
      for (;;) {
        const event = delaySeconds === null ? new DependingFuture<undefined>(this.loop, this.#running) : over;
        this.#event = event;
        yield* event;
        if (task === null || this.#winner !== null || !this.#running.has(task) || event === over) return;
      }
    } finally {
      timer?.cancel();
      this.#event = null;
    }
  }

  /** Cancels whatever still runs, and sees it end, also when the race itself is being cancelled. */
  *#end(): Generator<unknown, void, unknown> {
    for (const task of this.#running) task.cancel();
    let cancelled: CancelledError | null = null;
    while (this.#running.size > 0) {
      try {
        yield* this.#nextEvent(null, null);
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error;
        cancelled = error;
      }
    }
    if (cancelled !== null) throw cancelled;
  }
}
