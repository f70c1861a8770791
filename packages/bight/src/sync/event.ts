import { coroutine, type Future } from '@bight/loop-core';
import { refusedCall, WaitQueue } from '@bight/loop-core/low-level';
import { completedFuture } from '../futures/completed-future.js';
import { kLoop } from '../internals.js';
import { LoopBound } from './loop-bound.js';

/**
 * A flag that tasks can wait for.
 *
 * @python asyncio.Event
 */
export class Event extends LoopBound {
  readonly #waiters = new WaitQueue();
  #isSet = false;

  /**
   * Whether the flag is set.
   *
   * @python asyncio.Event.is_set()
   */
  isSet(): boolean {
    return this.#isSet;
  }

  /**
   * Sets the flag and wakes all waiting tasks.
   *
   * @python asyncio.Event.set()
   */
  set(): void {
    if (this.#isSet) return;
    this.#isSet = true;
    this.#waiters.wakeAll();
  }

  /**
   * Clears the flag.
   *
   * @python asyncio.Event.clear()
   */
  clear(): void {
    this.#isSet = false;
  }

  /**
   * Waits until the flag is set; gives `true`.
   *
   * @python asyncio.Event.wait()
   */
  wait(): Future<true> {
    const loop = this[kLoop];
    const refused = refusedCall<true>(loop);
    if (refused !== null) return refused;
    if (this.#isSet) return completedFuture(loop, true as const);
    return coroutine(loop, this.#waiters.wait(loop, true as const));
  }

  /** A short description, for messages. */
  override toString(): string {
    return `<Event ${this.#isSet ? 'set' : 'unset'}, waiters: ${this.#waiters.size}>`;
  }
}
