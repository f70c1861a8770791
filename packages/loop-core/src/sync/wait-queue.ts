import type { AbstractEventLoop, Coroutine } from '@bight/loop-abstract';
import { Future } from '../futures/future.js';

/**
 * The tasks that wait for something, in the order in which they came. It stands under locks, semaphores, conditions,
 * events and queues, and under everything else that several tasks may wait for.
 *
 * A task that is woken goes on in a later callback of the loop. Until then it counts as waiting, as in asyncio. When it
 * is cancelled in between, it was woken in vain, and what it was woken for has to be handed on: that is what `handOn`
 * is for.
 */
export class WaitQueue {
  #first: Waiter | null = null;
  #last: Waiter | null = null;
  #size = 0;
  #woken = 0;

  /** How many tasks wait, with those that were woken or cancelled and have not gone on yet. */
  get size(): number {
    return this.#size;
  }

  /** Whether a task waits that was not cancelled. A task that was woken and has not gone on yet counts. */
  get isAwaited(): boolean {
    if (this.#woken > 0) return true;
    for (let waiter = this.#first; waiter !== null; waiter = waiter.next) {
      if (!waiter.future.cancelled()) return true;
    }
    return false;
  }

  /**
   * Waits to be woken, behind the tasks that wait already.
   *
   * @param loop - the running loop
   * @param result - what the wait gives
   * @param handOn - called when the wait ends with an error: `wasWoken` says whether the task had been woken before it
   *   was cancelled
   * @throws {CancelledError} when the task is cancelled, also after it was woken; and what `failAll()` is given
   */
  *wait<T>(loop: AbstractEventLoop, result: T, handOn?: (wasWoken: boolean) => void): Coroutine<T> {
    const waiter = new Waiter(loop);
    this.#park(waiter);
    try {
      try {
        yield* waiter.future;
      } finally {
        this.#leave(waiter);
      }
    } catch (error) {
      handOn?.(waiter.isWoken);
      throw error;
    }
    return result;
  }

  /**
   * Wakes the task that has waited longest.
   *
   * @returns whether there was one
   */
  wakeOne(): boolean {
    return this.wake(1) === 1;
  }

  /**
   * Wakes the task that has waited longest, unless that one goes on anyway because it was woken or cancelled before.
   * Its `handOn` then decides about the next one.
   */
  wakeFirst(): void {
    const first = this.#first;
    if (this.#woken === 0 && first !== null && !first.future.done()) this.#wake(first);
  }

  /**
   * Wakes the `count` tasks that have waited longest.
   *
   * @returns how many there were
   */
  wake(count: number): number {
    let woken = 0;
    for (let waiter = this.#first; waiter !== null && woken < count; waiter = this.#first) {
      if (waiter.future.done()) {
        // Cancelled or failed: it is passed over once, not each time.
        this.#unlink(waiter);
      } else {
        this.#wake(waiter);
        woken++;
      }
    }
    return woken;
  }

  /** Wakes all tasks. */
  wakeAll(): void {
    this.wake(Number.POSITIVE_INFINITY);
  }

  /** Ends the waits of all tasks with an error. */
  failAll(error: Error): void {
    for (let waiter = this.#first; waiter !== null; waiter = this.#first) {
      this.#unlink(waiter);
      if (!waiter.future.done()) waiter.future.setException(error);
    }
  }

  #wake(waiter: Waiter): void {
    this.#unlink(waiter);
    waiter.isWoken = true;
    this.#woken++;
    waiter.future.setResult(undefined);
  }

  #park(waiter: Waiter): void {
    const last = this.#last;
    waiter.previous = last;
    if (last === null) this.#first = waiter;
    else last.next = waiter;
    this.#last = waiter;
    waiter.isParked = true;
    this.#size++;
  }

  #leave(waiter: Waiter): void {
    this.#size--;
    if (waiter.isWoken) this.#woken--;
    else if (waiter.isParked) this.#unlink(waiter);
  }

  #unlink(waiter: Waiter): void {
    const { previous, next } = waiter;
    if (previous === null) this.#first = next;
    else previous.next = next;
    if (next === null) this.#last = previous;
    else next.previous = previous;
    waiter.previous = null;
    waiter.next = null;
    waiter.isParked = false;
  }
}

/** One task that waits. */
class Waiter {
  readonly future: Future<undefined>;
  previous: Waiter | null = null;
  next: Waiter | null = null;
  /** Whether it stands in the queue. */
  isParked = false;
  isWoken = false;

  constructor(loop: AbstractEventLoop) {
    this.future = new Future<undefined>({ loop }, true);
  }
}
