import {
  type AbstractEventLoop,
  type Coroutine,
  type CoroutineFunction,
  ValueError,
} from '@bight/loop-abstract';
import { checkInteger, checkOptions } from '@bight/loop-abstract/validate';
import { coroutine, type Future } from '@bight/loop-core';
import { refusedCall, WaitQueue } from '@bight/loop-core/low-level';
import { completedFuture } from '../futures/completed-future.js';
import { kLoop, kValue } from '../internals.js';
import { Held } from './held.js';
import { LoopBound } from './loop-bound.js';
import { runHolding } from './run-holding.js';

/**
 * A counter of how many may go on at once. Fair: the task that has waited longest goes next.
 *
 * @python asyncio.Semaphore
 */
export class Semaphore extends LoopBound {
  readonly #waiters = new WaitQueue();
  #value: number;

  /**
   * @param options.value - how many may go on at once; one by default
   * @throws {ValueError} when it is negative
   */
  constructor(options?: { value?: number } | null) {
    super();
    const value = checkOptions(options, ['value']).value ?? 1;
    checkInteger(value, 'value', { min: 0 });
    this.#value = value;
  }

  /**
   * Whether {@link acquire} would have to wait.
   *
   * @python asyncio.Semaphore.locked()
   */
  locked(): boolean {
    return this.#value === 0 || this.#waiters.isAwaited;
  }

  /**
   * Waits until the counter is positive, and takes one.
   *
   * @returns the future of what gives it back: `using _ = await semaphore.acquire()`
   * @python asyncio.Semaphore.acquire()
   */
  acquire(): Future<Held> {
    const loop = this[kLoop];
    const refused = refusedCall<Held>(loop);
    if (refused !== null) return refused;
    if (!this.locked()) {
      this.#value--;
      return completedFuture(loop, this.#held());
    }
    return coroutine(loop, this.#acquire(loop));
  }

  /**
   * Gives one back.
   *
   * @python asyncio.Semaphore.release()
   */
  release(): void {
    this.#giveBack();
  }

  /**
   * Runs a coroutine function while holding one.
   *
   * @python async with semaphore
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
    const state = this.locked() ? 'locked' : `unlocked, value: ${this.#value}`;
    return `<${this.constructor.name} ${state}, waiters: ${this.#waiters.size}>`;
  }

  /** How many are left: this many calls of `acquire()` do not wait. */
  get value(): number {
    return this.#value;
  }

  /** The same, whatever a subclass has under that name. @internal */
  get [kValue](): number {
    return this.#value;
  }

  *#acquire(loop: AbstractEventLoop): Coroutine<Held> {
    yield* this.#waiters.wait(loop, undefined, (wasWoken) => {
      if (wasWoken) this.#giveBack();
    });
    if (this.#value > 0) this.#wakeNext();
    return this.#held();
  }

  #held(): Held {
    return new Held(() => this.release());
  }

  #giveBack(): void {
    this.#value++;
    this.#wakeNext();
  }

  #wakeNext(): void {
    if (this.#waiters.wakeOne()) this.#value--;
  }
}

/**
 * A semaphore that notices when more is given back than was taken.
 *
 * @python asyncio.BoundedSemaphore
 */
export class BoundedSemaphore extends Semaphore {
  readonly #bound: number;

  constructor(options?: { value?: number } | null) {
    super(options);
    this.#bound = this[kValue];
  }

  /** @throws {ValueError} when more was given back than was taken */
  override release(): void {
    if (this[kValue] >= this.#bound) throw new ValueError('BoundedSemaphore released too many times');
    super.release();
  }
}
