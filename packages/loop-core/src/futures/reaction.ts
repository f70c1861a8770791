import { CancelledError, type RuntimeError } from '@bight/loop-abstract';
import {
  kAddReaction,
  kAddWaiter,
  kAwaited,
  kBegin,
  kCancelAwaited,
  kCancelFrom,
  kCancellation,
  kCancelMessage,
  kIsInline,
  kMustCancel,
  kNoteDelivered,
  kRefuse,
  kRemoveReaction,
  kRemoveWaiter,
  kRetrieve,
  kRetrieves,
  kRun,
  kState,
  kTakeCancel,
  kValue,
} from '../internals.js';
import { type Runnable, turn } from '../scheduling/runnable.js';
import { refuseCycle } from './await-cycle.js';
import type { Awaited, AwaitingSide, CancellableReaction } from './await-seams.js';
import type { Future } from './future.js';
import { RefusedAwait, refusalOf } from './refused-await.js';
import { FAILED, FINISHED, PENDING } from './state.js';

const resolved = Promise.resolve();

const WAITING = 0;
const FULFILLED = 1;
const REJECTED = 2;
const CHAINED = 3;
type Outcome = typeof WAITING | typeof FULFILLED | typeof REJECTED | typeof CHAINED;

type OnFulfilled<T, R> = ((value: T) => R | PromiseLike<R>) | null | undefined;
type OnRejected<R> = ((reason: unknown) => R | PromiseLike<R>) | null | undefined;

/**
 * One `await` of a future, or one call of `then`: the record that waits in the future's list, the runnable that the
 * loop runs, and what `then` returns.
 *
 * `then` has to return a promise, but `await` never looks at it; so the native promise behind this thenable is only
 * made when somebody chains on it.
 *
 * @internal
 */
export class Reaction<T, R1, R2> implements Runnable, CancellableReaction, Promise<R1 | R2> {
  declare [kRetrieves]: boolean;
  #future: Future<T>;
  readonly #awaiter: AwaitingSide | null;
  readonly #onFulfilled: OnFulfilled<T, R1>;
  readonly #onRejected: OnRejected<R2>;
  #outcome: Outcome = WAITING;
  // While nobody has chained on this: what came out. Afterwards: the promise that was chained on.
  #value: unknown = undefined;

  static {
    this.prototype[kRetrieves] = true;
  }

  constructor(
    future: Future<T>,
    awaiter: AwaitingSide | null,
    onFulfilled: OnFulfilled<T, R1>,
    onRejected: OnRejected<R2>,
  ) {
    this.#future = future;
    this.#awaiter = awaiter;
    this.#onFulfilled = onFulfilled;
    this.#onRejected = onRejected;
  }

  get [kAwaited](): Awaited {
    return this.#future;
  }

  /** Starts to wait. */
  [kBegin](): void {
    let future = this.#future;
    const awaiter = this.#awaiter;
    if (future[kState] !== PENDING) {
      future[kRetrieve]();
      // No turn of the loop for what is done already; but no callback before `then` has returned either.
      void resolved.then(() => this.#settle());
      return;
    }
    if (awaiter !== null && !awaiter.done()) {
      const refusal = refusalOf(future, awaiter) ?? refuseCycle(awaiter, future);
      if (refusal !== null) future = this.#future = refusedAwait(awaiter, refusal);
      awaiter[kAddReaction](this);
      future[kAddWaiter](this);
      if (awaiter[kMustCancel] && future[kCancelFrom](awaiter, awaiter[kCancelMessage]))
        awaiter[kMustCancel] = false;
    } else {
      future[kAddWaiter](this);
    }
  }

  /** The turn that the finished future gave to this `await`. */
  [kRun](): void {
    const awaiter = this.#awaiter;
    if (awaiter !== null) {
      awaiter[kRemoveReaction](this);
      // Cancelled after the future was done, and before this turn: the cancel wins, as in CPython.
      if (awaiter[kMustCancel] && !awaiter.done() && !this.#future[kIsInline]) {
        this.#future[kRetrieve]();
        this.#reactRejected(awaiter[kTakeCancel](this.#future));
        return;
      }
    }
    this.#settle();
  }

  /** Has this wait throw an error, after a turn of the loop, instead of what the future brings. */
  [kRefuse](error: RuntimeError): void {
    this.#future[kRemoveWaiter](this);
    this.#future = refusedAwait(this.#awaiter as AwaitingSide, error);
    this.#future[kAddWaiter](this);
  }

  [kCancelAwaited](message: string | undefined): boolean {
    return this.#awaiter === null
      ? this.#future.cancel(message)
      : this.#future[kCancelFrom](this.#awaiter, message);
  }

  then<A = R1 | R2, B = never>(
    onFulfilled?: ((value: R1 | R2) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#native().then(onFulfilled, onRejected);
  }

  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<R1 | R2 | B> {
    return this.#native().catch(onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<R1 | R2> {
    return this.#native().finally(onFinally);
  }

  get [Symbol.toStringTag](): string {
    return 'Promise';
  }

  #settle(): void {
    const future = this.#future;
    if (future[kState] === FINISHED) {
      this.#reactFulfilled(future[kValue] as T);
    } else if (future[kState] === FAILED) {
      if (future[kValue] instanceof CancelledError) this.#awaiter?.[kNoteDelivered](future[kValue]);
      this.#reactRejected(future[kValue]);
    } else {
      const error = future[kCancellation]();
      this.#awaiter?.[kNoteDelivered](error);
      this.#reactRejected(error);
    }
  }

  #reactFulfilled(value: T): void {
    turn.resumed = true;
    const react = this.#onFulfilled;
    if (typeof react !== 'function') {
      this.#conclude(FULFILLED, value);
      return;
    }
    try {
      this.#conclude(FULFILLED, react(value));
    } catch (error) {
      this.#conclude(REJECTED, error);
    }
  }

  #reactRejected(reason: unknown): void {
    turn.resumed = true;
    const react = this.#onRejected;
    if (typeof react !== 'function') {
      this.#conclude(REJECTED, reason);
      return;
    }
    try {
      this.#conclude(FULFILLED, react(reason));
    } catch (error) {
      this.#conclude(REJECTED, error);
    }
  }

  #conclude(outcome: Outcome, value: unknown): void {
    if (value === this && outcome === FULFILLED) {
      outcome = REJECTED;
      value = new TypeError('a promise cannot be resolved with itself');
    }
    const chained = this.#value;
    this.#outcome = outcome;
    this.#value = value;
    if (chained !== undefined) {
      const { promise, resolve, reject } = chained as Chained<R1 | R2>;
      if (outcome === FULFILLED) resolve(value as R1 | R2);
      else reject(value);
      this.#outcome = CHAINED;
      this.#value = promise;
    } else if (outcome === REJECTED) {
      // Nobody has chained on this: let the engine see the rejection, so that it is not lost.
      void this.#native();
    }
  }

  #native(): Promise<R1 | R2> {
    if (this.#outcome === WAITING) {
      this.#value ??= chain<R1 | R2>();
      return (this.#value as Chained<R1 | R2>).promise;
    }
    if (this.#outcome !== CHAINED) {
      this.#value =
        this.#outcome === FULFILLED ? Promise.resolve(this.#value as R1 | R2) : Promise.reject(this.#value);
      this.#outcome = CHAINED;
    }
    return this.#value as Promise<R1 | R2>;
  }
}

/** A native promise, with what settles it. */
interface Chained<T> {
  promise: Promise<T>;
  resolve: (value: T | PromiseLike<T>) => void;
  reject: (reason: unknown) => void;
}

function chain<T>(): Chained<T> {
  const chained = {} as Chained<T>;
  chained.promise = new Promise((resolve, reject) => {
    chained.resolve = resolve;
    chained.reject = reject;
  });
  return chained;
}

/** In a reaction's eyes it is a future: one that fails, or is cancelled, in the next turn. */
function refusedAwait<T>(awaiter: AwaitingSide, error: RuntimeError): Future<T> {
  return new RefusedAwait(awaiter, error) as unknown as Future<T>;
}
