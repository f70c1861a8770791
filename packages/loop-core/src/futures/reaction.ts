import { currentRunContext } from '@bight/contextvars/low-level';
import { CancelledError, type RuntimeError } from '@bight/loop-abstract';
import {
  kAddReaction,
  kAddWaiter,
  kAwaited,
  kBecomeWait,
  kBegin,
  kCancellation,
  kIsAwaiter,
  kIsWait,
  kLoop,
  kNoteDelivered,
  kOwner,
  kPending,
  kRefuse,
  kReleaseAwaiter,
  kRemoveReaction,
  kRemoveWaiter,
  kResume,
  kRetrieve,
  kRun,
  kState,
  kTask,
  kValue,
  kWaitBegan,
  kWaitEnded,
} from '../internals.js';
import { resumeReaction, resumesByHand } from '../scheduling/resumption.js';
import { type Runnable, turn } from '../scheduling/runnable.js';
import { refuseCycle } from './await-cycle.js';
import type { Awaited, AwaitingSide, CancellableReaction } from './await-seams.js';
import { levels } from './cancelled-scopes.js';
import { awaitingSide } from './foreign-task.js';
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
 * `then` has to return a promise, but `await` never reads it; so the native promise behind this thenable is only made
 * when code chains on it.
 *
 * @internal
 */
export class Reaction<T, R1, R2> implements Runnable, CancellableReaction, Promise<R1 | R2> {
  declare [kIsAwaiter]: boolean;
  #future: Future<T>;
  #awaiter: AwaitingSide | null;
  readonly #onFulfilled: OnFulfilled<T, R1>;
  readonly #onRejected: OnRejected<R2>;
  #outcome: Outcome = WAITING;
  // Until code chains on this: what came out. Afterwards: the promise that was chained on.
  #value: unknown = undefined;

  static {
    this.prototype[kIsAwaiter] = true;
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

  /** Whether the engine has called `then()`, for an `await` or a combinator of promises, or awaits what it returned. */
  get [kIsWait](): boolean {
    if (isOfTheEngine(this.#onRejected)) return true;
    return this.#outcome === WAITING && (this.#value as Chained<unknown> | undefined)?.isAwaited === true;
  }

  /** What resumes the code that waits. */
  get [kResume](): unknown {
    return this.#onFulfilled;
  }

  /** The task that its turn resumes, if there is one. */
  get [kTask](): object | null {
    return (this.#awaiter as { readonly [kTask]?: object | null } | null)?.[kTask] ?? null;
  }

  /** What waits. */
  get [kOwner](): object | null {
    return this.#awaiter;
  }

  /** Starts to wait. */
  [kBegin](): void {
    let future = this.#future;
    const awaiter = this.#awaiter;
    if (future[kState] !== PENDING) {
      this.#settleSoon();
      return;
    }
    if (awaiter !== null && !awaiter.done()) {
      const refusal = refusalOf(future, awaiter) ?? refuseCycle(awaiter, future);
      if (refusal !== null) future = this.#future = refusedAwait(awaiter, refusal);
      awaiter[kAddReaction](this);
      future[kAddWaiter](this);
      if (awaiter[kPending] !== null || levels.cancelled > 0) awaiter[kWaitBegan](this);
    } else {
      future[kAddWaiter](this);
    }
  }

  /** No turn of the loop for what is done already; but no callback before `then` has returned either. */
  #settleSoon(): void {
    this.#future[kRetrieve]();
    void resolved.then(() => this.#settle());
  }

  /** The turn that the finished future gave to this `await`. */
  [kRun](): void {
    if (resumesByHand) resumeReaction(this);
    const awaiter = this.#awaiter;
    if (awaiter !== null) {
      awaiter[kRemoveReaction](this);
      if (awaiter[kPending] !== null && !awaiter.done()) {
        // Cancelled after the future was done, and before this turn: the cancel wins, as in CPython.
        const error = awaiter[kWaitEnded](this);
        if (error !== null) {
          this.#future[kRetrieve]();
          this.#reactRejected(error);
          return;
        }
      }
    }
    this.#settle();
  }

  /** This wait throws an error, after a turn of the loop, instead of what the future brings. */
  [kRefuse](error: RuntimeError): void {
    this.#future[kRemoveWaiter](this);
    this.#future = refusedAwait(this.#awaiter as AwaitingSide, error);
    this.#future[kAddWaiter](this);
  }

  [kReleaseAwaiter](): void {
    this.#awaiter = null;
  }

  then<A = R1 | R2, B = never>(
    onFulfilled?: ((value: R1 | R2) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    const native = this.#native();
    if (this.#outcome !== WAITING) return native.then(onFulfilled, onRejected);
    if (!isOfTheEngine(onRejected)) return new Chain(native.then(onFulfilled, onRejected), this);
    this[kBecomeWait]();
    return native.then(onFulfilled, onRejected);
  }

  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<R1 | R2 | B> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<R1 | R2> {
    const native = this.#native();
    return this.#outcome === WAITING ? new Chain(native.finally(onFinally), this) : native.finally(onFinally);
  }

  /** What this leads to is awaited, by the code that runs now: that code waits for the future. */
  [kBecomeWait](): void {
    if (this.#outcome !== WAITING) return;
    (this.#value as Chained<R1 | R2>).isAwaited = true;
    const awaiter = awaitingSide(currentRunContext()?.task ?? null, this.#future[kLoop]);
    if (awaiter !== this.#awaiter) {
      this.#awaiter?.[kRemoveReaction](this);
      this.#awaiter = awaiter;
      awaiter?.[kAddReaction](this);
    }
    if (awaiter !== null && !awaiter.done() && (awaiter[kPending] !== null || levels.cancelled > 0)) {
      awaiter[kWaitBegan](this);
    }
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
      // No code has chained on this: let the engine see the rejection, so that it is not lost.
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

/** The wait of a coroutine function that returns a future, as it stands for awaiting it. @internal */
export class ReturnReaction<T> extends Reaction<T, void, void> {
  override get [kIsWait](): boolean {
    return true;
  }
}

/** A native promise, with what settles it. */
interface Chained<T> {
  promise: Promise<T>;
  resolve: (value: T | PromiseLike<T>) => void;
  reject: (reason: unknown) => void;
  /** Whether code waits for the promise, or for what it leads to. */
  isAwaited: boolean;
}

function chain<T>(): Chained<T> {
  const chained = { isAwaited: false } as Chained<T>;
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

/**
 * What `then`, `catch` and `finally` of a reaction return: a promise of the callbacks. Code that awaits it waits for
 * the future at the beginning; code that does not has only hung callbacks on that.
 */
class Chain<T> implements Promise<T> {
  readonly #promise: Promise<T>;
  readonly #root: { [kBecomeWait](): void };

  constructor(promise: Promise<T>, root: { [kBecomeWait](): void }) {
    this.#promise = promise;
    this.#root = root;
  }

  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    const next = this.#promise.then(onFulfilled, onRejected);
    if (!isOfTheEngine(onRejected)) return new Chain(next, this.#root);
    this.#root[kBecomeWait]();
    return next;
  }

  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<T> {
    return new Chain(this.#promise.finally(onFinally), this.#root);
  }

  get [Symbol.toStringTag](): string {
    return 'Promise';
  }
}

const sourceOf = Function.prototype.toString;

// Where its white space is differs: V8 writes one line, SpiderMonkey three.
const NATIVE = /\{\s*\[\s*native code\s*\]\s*\}\s*$/;

/**
 * Whether the engine has made a function, as those that it calls `then()` with for an `await`. Slow: for rare cases.
 */
function isOfTheEngine(callback: unknown): boolean {
  return typeof callback === 'function' && callback.name === '' && NATIVE.test(sourceOf.call(callback));
}
