import {
  type AbstractEventLoop,
  type Coroutine,
  type CoroutineFunction,
  RuntimeError,
} from '@bight/loop-abstract';
import { coroutine, type Future } from '@bight/loop-core';
import { refusedCall, WaitQueue } from '@bight/loop-core/low-level';
import { completedFuture } from '../futures/completed-future.js';
import { kLoop } from '../internals.js';
import { Held } from './held.js';
import { LoopBound } from './loop-bound.js';
import { runHolding } from './run-holding.js';

/**
 * A mutual exclusion lock, for tasks of one loop. Fair: the task that has waited longest gets it next.
 *
 * @python asyncio.Lock
 */
export class Lock extends LoopBound {
  readonly #waiters = new WaitQueue();
  #isLocked = false;

  /**
   * Whether the lock is held.
   *
   * @python asyncio.Lock.locked()
   */
  locked(): boolean {
    return this.#isLocked;
  }

  /**
   * Waits for the lock and takes it.
   *
   * @returns the future of what releases it: `using _ = await lock.acquire()`
   * @python asyncio.Lock.acquire()
   */
  acquire(): Future<Held> {
    const loop = this[kLoop];
    const refused = refusedCall<Held>(loop);
    if (refused !== null) return refused;
    if (!this.#isLocked && !this.#waiters.isAwaited) {
      this.#isLocked = true;
      return completedFuture(loop, this.#held());
    }
    return coroutine(loop, this.#acquire(loop));
  }

  /**
   * Gives the lock to the task that has waited longest.
   *
   * @throws {RuntimeError} when it is not held
   * @python asyncio.Lock.release()
   */
  release(): void {
    if (!this.#isLocked) throw new RuntimeError('Lock is not acquired.');
    this.#isLocked = false;
    this.#waiters.wakeFirst();
  }

  /**
   * Runs a coroutine function while holding the lock.
   *
   * @python async with lock
   */
  run<T>(body: CoroutineFunction<T>): Future<T> {
    return runHolding(
      this[kLoop],
      () => this.acquire(),
      () => this.release(),
      body,
    );
  }

  /** A short description, for messages. */
  override toString(): string {
    return `<Lock ${this.#isLocked ? 'locked' : 'unlocked'}, waiters: ${this.#waiters.size}>`;
  }

  *#acquire(loop: AbstractEventLoop): Coroutine<Held> {
    // A task that is cancelled, woken or not, lets the next one have its turn.
    yield* this.#waiters.wait(loop, undefined, () => {
      if (!this.#isLocked) this.#waiters.wakeFirst();
    });
    this.#isLocked = true;
    return this.#held();
  }

  #held(): Held {
    return new Held(() => this.release());
  }
}
