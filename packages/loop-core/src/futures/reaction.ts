import { CancelledError, RuntimeError } from '@bight/loop-abstract';
import { type Runnable, turn } from '../scheduling/runnable.js';
import type { Awaited, AwaitingSide, CancellableReaction } from './await-seams.js';
import type { Future } from './future.js';
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
  declare _retrieves: boolean;
  readonly #future: Future<T>;
  readonly #awaiter: AwaitingSide | null;
  readonly #onFulfilled: OnFulfilled<T, R1>;
  readonly #onRejected: OnRejected<R2>;
  #outcome: Outcome = WAITING;
  // While nobody has chained on this: what came out. Afterwards: the promise that was chained on.
  #value: unknown = undefined;

  static {
    this.prototype._retrieves = true;
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

  get _awaited(): Awaited {
    return this.#future;
  }

  /** Starts to wait. */
  _begin(): void {
    const future = this.#future;
    const awaiter = this.#awaiter;
    if (future._state !== PENDING) {
      future._retrieve();
      // No turn of the loop for what is done already; but no callback before `then` has returned either.
      void resolved.then(() => this._settle());
      return;
    }
    if (awaiter !== null && !awaiter.done()) {
      const misuse = misuseOf(future, awaiter);
      if (misuse !== null) {
        void resolved.then(() => this._reactRejected(misuse));
        return;
      }
      awaiter._addReaction(this);
      future._addWaiter(this);
      if (awaiter._mustCancel && future._cancelFrom(awaiter, awaiter._cancelMessage))
        awaiter._mustCancel = false;
    } else {
      future._addWaiter(this);
    }
  }

  /** The turn that the finished future gave to this `await`. */
  _run(): void {
    const awaiter = this.#awaiter;
    if (awaiter !== null) {
      awaiter._removeReaction(this);
      // Cancelled after the future was done, and before this turn: the cancel wins, as in CPython.
      if (awaiter._mustCancel && !awaiter.done() && !this.#future._isInline) {
        this.#future._retrieve();
        this._reactRejected(awaiter._takeCancel(this.#future));
        return;
      }
    }
    this._settle();
  }

  _cancelAwaited(message: string | undefined): boolean {
    return this.#awaiter === null
      ? this.#future.cancel(message)
      : this.#future._cancelFrom(this.#awaiter, message);
  }

  then<A = R1 | R2, B = never>(
    onFulfilled?: ((value: R1 | R2) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this._native().then(onFulfilled, onRejected);
  }

  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<R1 | R2 | B> {
    return this._native().catch(onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<R1 | R2> {
    return this._native().finally(onFinally);
  }

  get [Symbol.toStringTag](): string {
    return 'Promise';
  }

  _settle(): void {
    const future = this.#future;
    if (future._state === FINISHED) {
      this._reactFulfilled(future._value as T);
    } else if (future._state === FAILED) {
      if (future._value instanceof CancelledError) this.#awaiter?._noteDelivered(future._value);
      this._reactRejected(future._value);
    } else {
      const error = future._cancellation();
      this.#awaiter?._noteDelivered(error);
      this._reactRejected(error);
    }
  }

  _reactFulfilled(value: T): void {
    turn.resumed = true;
    const react = this.#onFulfilled;
    if (typeof react !== 'function') {
      this._conclude(FULFILLED, value);
      return;
    }
    try {
      this._conclude(FULFILLED, react(value));
    } catch (error) {
      this._conclude(REJECTED, error);
    }
  }

  _reactRejected(reason: unknown): void {
    turn.resumed = true;
    const react = this.#onRejected;
    if (typeof react !== 'function') {
      this._conclude(REJECTED, reason);
      return;
    }
    try {
      this._conclude(FULFILLED, react(reason));
    } catch (error) {
      this._conclude(REJECTED, error);
    }
  }

  _conclude(outcome: Outcome, value: unknown): void {
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
      void this._native();
    }
  }

  _native(): Promise<R1 | R2> {
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

function misuseOf(future: object, awaiter: AwaitingSide): RuntimeError | null {
  if (future === awaiter) return new RuntimeError(`Task cannot await on itself: ${awaiter}`);
  if ((future as Future)._loop !== awaiter._loop) {
    return new RuntimeError(`${awaiter} awaits ${future}, which is attached to a different loop`);
  }
  return null;
}
