import { CancelledError, type Coroutine, type CoroutineFunction, RuntimeError } from '@bight/loop-abstract';
import { checkCallback, checkInteger, checkOptions, typeError } from '@bight/loop-abstract/validate';
import { coroutine, type Future } from '@bight/loop-core';
import { WaitQueue } from '@bight/loop-core/low-level';
import { kLoop } from '../internals.js';
import type { Held } from './held.js';
import { Lock } from './lock.js';
import { LoopBound } from './loop-bound.js';
import { runHolding } from './run-holding.js';

/**
 * A lock together with a way to wait until a task that held it notifies of a change.
 *
 * @python asyncio.Condition
 */
export class Condition extends LoopBound {
  readonly #lock: Lock;
  readonly #waiters = new WaitQueue();

  /** @param options.lock - the lock; by default one of its own */
  constructor(options?: { lock?: Lock | null } | null) {
    super();
    const lock = checkOptions(options, ['lock']).lock ?? new Lock();
    if (!(lock instanceof Lock)) throw typeError('lock', 'a Lock', lock);
    this.#lock = lock;
  }

  /** Whether the lock is held. */
  locked(): boolean {
    return this.#lock.locked();
  }

  /**
   * Waits for the lock and takes it.
   *
   * @python asyncio.Condition.acquire()
   */
  acquire(): Future<Held> {
    return this.#lock.acquire();
  }

  /**
   * Gives the lock back.
   *
   * @python asyncio.Condition.release()
   */
  release(): void {
    this.#lock.release();
  }

  /**
   * Runs a coroutine function while holding the lock.
   *
   * @python async with condition
   */
  run<T>(body: CoroutineFunction<T>): Future<T> {
    return runHolding(
      this[kLoop],
      () => this.acquire(),
      () => this.release(),
      body,
    );
  }

  /**
   * Gives the lock back, waits to be notified, and takes the lock again, also when it is cancelled.
   *
   * @returns the future of `true`
   * @throws {RuntimeError} (asynchronously) unless the lock is held
   * @python asyncio.Condition.wait()
   */
  wait(): Future<true> {
    return coroutine(this[kLoop], () => this.#wait());
  }

  /**
   * Waits until a predicate holds; checks it now, and whenever notified.
   *
   * @returns the future of what the predicate returned
   * @python asyncio.Condition.wait_for()
   */
  waitFor<T>(predicate: () => T): Future<T> {
    checkCallback(predicate, 'predicate');
    return coroutine(this[kLoop], () => this.#waitFor(predicate), { keepsContext: true });
  }

  /**
   * Wakes some of the waiting tasks, those that have waited longest first.
   *
   * @param options.n - how many; one by default
   * @throws {RuntimeError} unless the lock is held
   * @python asyncio.Condition.notify()
   */
  notify(options?: { n?: number } | null): void {
    const n = checkInteger(checkOptions(options, ['n']).n ?? 1, 'n', { min: 0 });
    this.#notify(n);
  }

  /**
   * Wakes all waiting tasks.
   *
   * @python asyncio.Condition.notify_all()
   */
  notifyAll(): void {
    this.#notify(Number.POSITIVE_INFINITY);
  }

  /** A short description, for messages. */
  override toString(): string {
    return `<Condition ${this.locked() ? 'locked' : 'unlocked'}, waiters: ${this.#waiters.size}>`;
  }

  #notify(n: number): void {
    if (!this.locked()) throw new RuntimeError('cannot notify on un-acquired lock');
    this.#waiters.wake(n);
  }

  *#wait(): Coroutine<true> {
    if (!this.locked()) throw new RuntimeError('cannot wait on un-acquired lock');
    let handsOn = true;
    this.release();
    try {
      try {
        yield* this.#waiters.wait(this[kLoop], undefined, (wasWoken) => {
          handsOn = wasWoken;
        });
      } finally {
        yield* this.#reacquire();
      }
    } catch (error) {
      // Woken and cancelled before it had the lock again: what it was woken for goes to the next one.
      if (handsOn) this.#notify(1);
      throw error;
    }
    return true;
  }

  /** A task that waited on a condition holds its lock afterwards, whatever happened. */
  *#reacquire(): Coroutine<void> {
    let cancelled: CancelledError | null = null;
    for (;;) {
      try {
        yield* this.acquire();
        break;
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error;
        cancelled = error;
      }
    }
    if (cancelled !== null) throw cancelled;
  }

  *#waitFor<T>(predicate: () => T): Coroutine<T> {
    let result = predicate();
    while (!result) {
      yield* this.#wait();
      result = predicate();
    }
    return result;
  }
}
