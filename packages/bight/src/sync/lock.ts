import { CancelledError, type Coroutine, type CoroutineFunction, RuntimeError } from '@bight/loop-abstract';
import { coroutine, Future } from '@bight/loop-core';
import { finishedFuture } from '../settled.js';
import { Held } from './held.js';
import { LoopBound } from './loop-bound.js';
import { runHolding } from './run-holding.js';

/**
 * A mutual exclusion lock, for tasks of one loop. Fair: who waits longest gets it next.
 *
 * Reference: `asyncio.Lock`.
 */
export class Lock extends LoopBound {
  readonly #waiters = new Set<Future<undefined>>();
  #locked = false;

  /** Whether somebody holds the lock. Reference: `Lock.locked()`. */
  locked(): boolean {
    return this.#locked;
  }

  /**
   * Waits for the lock and takes it.
   *
   * @returns the future of what releases it: `using _ = await lock.acquire()`. Reference: `Lock.acquire()`.
   */
  acquire(): Future<Held> {
    const { loop } = this;
    if (!this.#locked && this.#nobodyWaits()) {
      this.#locked = true;
      return finishedFuture(loop, this.#held());
    }
    return coroutine(loop, this.#acquire(new Future<undefined>({ loop })));
  }

  /**
   * Gives the lock to whoever waits longest.
   *
   * @throws RuntimeError if nobody holds it. Reference: `Lock.release()`.
   */
  release(): void {
    if (!this.#locked) throw new RuntimeError('Lock is not acquired.');
    this.#locked = false;
    this.#wakeFirst();
  }

  /** Runs a coroutine function while holding the lock. Stands for `async with lock`. */
  run<T>(body: CoroutineFunction<T>): Future<T> {
    return runHolding(
      this.loop,
      () => this.acquire(),
      () => this.release(),
      body,
    );
  }

  /** A short description, for messages. */
  override toString(): string {
    return `<Lock ${this.#locked ? 'locked' : 'unlocked'}, waiters: ${this.#waiters.size}>`;
  }

  *#acquire(waiter: Future<undefined>): Coroutine<Held> {
    this.#waiters.add(waiter);
    try {
      try {
        yield* waiter;
      } finally {
        this.#waiters.delete(waiter);
      }
    } catch (error) {
      // Woken and cancelled in the same turn: what we were woken for goes to the next.
      if (error instanceof CancelledError && !this.#locked) this.#wakeFirst();
      throw error;
    }
    this.#locked = true;
    return this.#held();
  }

  #held(): Held {
    return new Held(() => this.release());
  }

  #nobodyWaits(): boolean {
    for (const waiter of this.#waiters) if (!waiter.cancelled()) return false;
    return true;
  }

  /** A waiter that is done already will run, and takes the lock or passes it on. */
  #wakeFirst(): void {
    for (const waiter of this.#waiters) {
      if (!waiter.done()) waiter.setResult(undefined);
      return;
    }
  }
}
