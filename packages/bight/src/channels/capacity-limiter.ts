import { type CoroutineFunction, RuntimeError, ValueError, WouldBlock } from '@bight/loop-abstract';
import { typeError } from '@bight/loop-abstract/validate';
import type { Future } from '@bight/loop-core';
import { HandOver, isTurnSpent, ownerTask, refusedCall } from '@bight/loop-core/low-level';
import { afterTurn } from '../futures/after-turn.js';
import { completedFuture, failedFuture } from '../futures/completed-future.js';
import { kLoop } from '../internals.js';
import { Held } from '../sync/held.js';
import { LoopBound } from '../sync/loop-bound.js';
import { runHolding } from '../sync/run-holding.js';

/** The statistics of a limiter. */
export interface CapacityLimiterStatistics {
  /** How many tokens are borrowed. */
  borrowedTokens: number;
  /** How many there are. */
  totalTokens: number;
  /** The borrowers that have a token. */
  borrowers: unknown[];
  /** How many tasks wait for one. */
  tasksWaiting: number;
}

/**
 * A number of tokens, of which each borrower has one at a time: the task that asks, or whatever is named. The borrower
 * that has waited longest is served first.
 *
 * @python anyio.CapacityLimiter
 */
export class CapacityLimiter extends LoopBound {
  readonly #borrowers = new Set<unknown>();
  readonly #waiting = new Map<unknown, HandOver<Held>>();
  #total: number;

  /**
   * @param total - how many tokens there are; `Infinity` for no limit
   * @throws {ValueError} when it is less than one, or no whole number
   * @throws {TypeError} unless it is a number
   */
  constructor(total: number) {
    super();
    this.#total = checkTotal(total);
  }

  /** How many tokens there are. When there are more, waiting borrowers are served at once. */
  get totalTokens(): number {
    return this.#total;
  }

  /**
   * @throws {ValueError} when it is less than one, or no whole number
   * @throws {TypeError} unless it is a number
   */
  set totalTokens(total: number) {
    this.#total = checkTotal(total);
    this.#serve();
  }

  /** How many tokens are borrowed. */
  get borrowedTokens(): number {
    return this.#borrowers.size;
  }

  /** How many are left; negative after the total was lowered below what is borrowed. */
  get availableTokens(): number {
    return this.#total - this.#borrowers.size;
  }

  /** The borrowers that have tokens, and how many tasks wait. */
  statistics(): CapacityLimiterStatistics {
    return {
      borrowedTokens: this.borrowedTokens,
      totalTokens: this.#total,
      borrowers: [...this.#borrowers],
      tasksWaiting: this.#waiting.size,
    };
  }

  /**
   * Waits for a token, and borrows it for the current task.
   *
   * @returns the future of what gives it back: `using _ = await limiter.acquire()`
   * @throws {RuntimeError} when the task has one, or outside of a task
   */
  acquire(): Future<Held> {
    return this.acquireOnBehalfOf(this.#currentBorrower());
  }

  /**
   * {@link acquire} without waiting.
   *
   * @throws {WouldBlock} when no token is left
   * @throws {RuntimeError} when the task has one
   */
  acquireNowait(): Held {
    return this.acquireOnBehalfOfNowait(this.#currentBorrower());
  }

  /**
   * Gives the token of the current task back.
   *
   * @throws {RuntimeError} when it has none
   */
  release(): void {
    this.releaseOnBehalfOf(this.#currentBorrower());
  }

  /** {@link acquire} for any borrower. */
  acquireOnBehalfOf(borrower: unknown): Future<Held> {
    const loop = this[kLoop];
    const refused = refusedCall<Held>(loop);
    if (refused !== null) return refused;
    if (isTurnSpent()) return afterTurn(loop, this.acquireOnBehalfOf, this, borrower);
    try {
      return completedFuture(loop, this.acquireOnBehalfOfNowait(borrower));
    } catch (error) {
      if (!(error instanceof WouldBlock)) return failedFuture(loop, error);
    }
    const wait = new HandOver<Held>(loop, () => this.#waiting.delete(borrower));
    this.#waiting.set(borrower, wait);
    return wait;
  }

  /** {@link acquireNowait} for any borrower. */
  acquireOnBehalfOfNowait(borrower: unknown): Held {
    if (this.#borrowers.has(borrower) || this.#waiting.has(borrower)) {
      throw new RuntimeError(
        'this borrower is already holding one of the tokens of this CapacityLimiter, or waits for one',
      );
    }
    if (this.#waiting.size > 0 || this.availableTokens <= 0) throw new WouldBlock();
    return this.#lend(borrower);
  }

  /**
   * {@link release} for any borrower.
   *
   * @throws {RuntimeError} when it has no token
   */
  releaseOnBehalfOf(borrower: unknown): void {
    if (!this.#borrowers.delete(borrower)) {
      throw new RuntimeError('this borrower is not holding any of the tokens of this CapacityLimiter');
    }
    this.#serve();
  }

  /**
   * Runs a coroutine function while the current task has a token.
   *
   * @python async with limiter
   */
  run<T>(body: CoroutineFunction<T>): Future<T> {
    const borrower = this.#currentBorrower();
    return runHolding(
      this[kLoop],
      () => this.acquireOnBehalfOf(borrower),
      () => this.releaseOnBehalfOf(borrower),
      body,
    );
  }

  /** A short description, for messages. */
  override toString(): string {
    return `<CapacityLimiter ${this.borrowedTokens}/${this.#total}, waiters: ${this.#waiting.size}>`;
  }

  #currentBorrower(): object {
    const task = ownerTask(this[kLoop]);
    if (task === null)
      throw new RuntimeError('a CapacityLimiter lends tokens to tasks: outside of one, name the borrower');
    return task;
  }

  #lend(borrower: unknown): Held {
    this.#borrowers.add(borrower);
    return new Held(() => this.releaseOnBehalfOf(borrower));
  }

  #serve(): void {
    for (const [borrower, wait] of this.#waiting) {
      if (this.availableTokens <= 0) return;
      this.#waiting.delete(borrower);
      wait.hand(this.#lend(borrower));
    }
  }
}

function checkTotal(total: unknown): number {
  const expected = 'a whole number of tokens, at least 1, or Infinity';
  if (typeof total !== 'number') throw typeError('totalTokens', expected, total);
  if (!(Number.isInteger(total) || total === Number.POSITIVE_INFINITY) || total < 1) {
    throw new ValueError(`totalTokens must be ${expected}, not ${total}`);
  }
  return total;
}
