import { BrokenBarrierError, type Coroutine } from '@bight/loop-abstract';
import { checkInteger } from '@bight/loop-abstract/validate';
import { coroutine, type Future } from '@bight/loop-core';
import { kLoop } from '../internals.js';
import { Condition } from './condition.js';
import { LoopBound } from './loop-bound.js';

type BarrierState = 'filling' | 'draining' | 'resetting' | 'broken';

/**
 * A place where tasks wait for each other: none passes until `parties` have come.
 *
 * @python asyncio.Barrier
 */
export class Barrier extends LoopBound {
  readonly #condition = new Condition();
  readonly #parties: number;
  #state: BarrierState = 'filling';
  #count = 0;

  /**
   * @param parties - how many have to come
   * @throws {ValueError} when it is less than one
   */
  constructor(parties: number) {
    super();
    this.#parties = checkInteger(parties, 'parties', { min: 1 });
  }

  /**
   * How many have to come.
   *
   * @python asyncio.Barrier.parties
   */
  get parties(): number {
    return this.#parties;
  }

  /**
   * How many wait now.
   *
   * @python asyncio.Barrier.n_waiting
   */
  get nWaiting(): number {
    return this.#state === 'filling' ? this.#count : 0;
  }

  /**
   * Whether the barrier was aborted.
   *
   * @python asyncio.Barrier.broken
   */
  get broken(): boolean {
    return this.#state === 'broken';
  }

  /**
   * Waits until enough have come.
   *
   * @returns the future of a number from 0 to `parties - 1`, another one for each waiting task
   * @throws {BrokenBarrierError} (asynchronously) when the barrier is reset or aborted meanwhile
   * @python asyncio.Barrier.wait()
   */
  wait(): Future<number> {
    return coroutine(this[kLoop], () => this.#holding(this.#wait()));
  }

  /**
   * Ends all waits with a BrokenBarrierError, and starts anew.
   *
   * @python asyncio.Barrier.reset()
   */
  reset(): Future<void> {
    return coroutine(this[kLoop], () => this.#holding(this.#reset()));
  }

  /**
   * Ends all waits with a BrokenBarrierError, those to come as well.
   *
   * @python asyncio.Barrier.abort()
   */
  abort(): Future<void> {
    return coroutine(this[kLoop], () => this.#holding(this.#abort()));
  }

  /** A short description, for messages. */
  override toString(): string {
    const waiting = this.broken ? '' : `, waiting: ${this.nWaiting}/${this.#parties}`;
    return `<Barrier ${this.#state}${waiting}>`;
  }

  *#holding<T>(body: Coroutine<T>): Coroutine<T> {
    yield* this.#condition.acquire();
    try {
      return yield* body;
    } finally {
      this.#condition.release();
    }
  }

  *#wait(): Coroutine<number> {
    yield* this.#condition.waitFor(() => this.#state !== 'draining' && this.#state !== 'resetting');
    if (this.#state === 'broken') throw new BrokenBarrierError('Barrier aborted');
    try {
      const index = this.#count++;
      if (index + 1 === this.#parties) this.#open();
      else yield* this.#waitForTheOthers();
      return index;
    } finally {
      this.#count--;
      this.#left();
    }
  }

  #open(): void {
    this.#state = 'draining';
    this.#condition.notifyAll();
  }

  *#waitForTheOthers(): Coroutine<void> {
    yield* this.#condition.waitFor(() => this.#state !== 'filling');
    if (this.#state === 'broken' || this.#state === 'resetting') {
      throw new BrokenBarrierError('Abort or reset of barrier');
    }
  }

  /** The last one out lets those in who wait for the barrier to drain. */
  #left(): void {
    if (this.#count > 0) return;
    if (this.#state === 'resetting' || this.#state === 'draining') this.#state = 'filling';
    this.#condition.notifyAll();
  }

  // biome-ignore lint/correctness/useYield: it runs where a coroutine is expected, and need not wait itself
  *#reset(): Coroutine<void> {
    if (this.#count === 0) this.#state = 'filling';
    else this.#state = 'resetting';
    this.#condition.notifyAll();
  }

  // biome-ignore lint/correctness/useYield: it runs where a coroutine is expected, and need not wait itself
  *#abort(): Coroutine<void> {
    this.#state = 'broken';
    this.#condition.notifyAll();
  }
}
