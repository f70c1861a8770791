import type { Coroutine } from '@bight/loop-abstract';
import { coroutine, Future } from '@bight/loop-core';
import { finishedFuture } from '../settled.js';
import { LoopBound } from './loop-bound.js';

/**
 * A flag that tasks can wait for.
 *
 * Reference: `asyncio.Event`.
 */
export class Event extends LoopBound {
  readonly #waiters = new Set<Future<undefined>>();
  #set = false;

  /** Whether the flag is set. Reference: `Event.is_set()`. */
  isSet(): boolean {
    return this.#set;
  }

  /** Sets the flag and wakes everybody who waits. Reference: `Event.set()`. */
  set(): void {
    if (this.#set) return;
    this.#set = true;
    for (const waiter of this.#waiters) if (!waiter.done()) waiter.setResult(undefined);
  }

  /** Takes the flag down. Reference: `Event.clear()`. */
  clear(): void {
    this.#set = false;
  }

  /** Waits until the flag is set; gives `true`. Reference: `Event.wait()`. */
  wait(): Future<true> {
    const { loop } = this;
    if (this.#set) return finishedFuture(loop, true as const);
    return coroutine(loop, this.#wait(new Future<undefined>({ loop })));
  }

  /** A short description, for messages. */
  override toString(): string {
    return `<Event ${this.#set ? 'set' : 'unset'}, waiters: ${this.#waiters.size}>`;
  }

  *#wait(waiter: Future<undefined>): Coroutine<true> {
    this.#waiters.add(waiter);
    try {
      yield* waiter;
      return true;
    } finally {
      this.#waiters.delete(waiter);
    }
  }
}
