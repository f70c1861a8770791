import { AsyncResource } from 'node:async_hooks';
import { CancelledError, type ExecutorFuture, InvalidStateError } from '@bight/loop-abstract';
import { checkCallback } from '@bight/loop-abstract/validate';

/** What a future asks of the pool that made it. */
export interface CallControl {
  /**
   * Keeps the call from being made.
   *
   * @returns whether that was still possible
   */
  withdraw(): boolean;
  /** Whether a worker has begun the call. */
  isRunning(): boolean;
}

type State = 'pending' | 'cancelled' | 'returned' | 'threw';

/** Ends a future with a result. Only for the pool that made it. */
export let resolveFuture: (future: PoolFuture, value: unknown) => void;
/** Ends a future with what the call threw. Only for the pool that made it. */
export let rejectFuture: (future: PoolFuture, error: unknown) => void;

/**
 * The future of a call in a pool. It belongs to no loop, and can be awaited anywhere; `loop.runInExecutor()` and
 * `wrapFuture()` make a future of a loop out of it.
 *
 * As in Python, an exception that is never retrieved is not reported. Nothing blocks, so `result()` and `exception()`
 * take no time-out and throw when it is too early.
 *
 * @typeParam T - what the call results in
 * @python concurrent.futures.Future
 */
export class PoolFuture<T = unknown> implements ExecutorFuture<T> {
  static {
    resolveFuture = (future, value) => {
      if (future.#state === 'pending') future.#end('returned', value);
    };
    rejectFuture = (future, error) => {
      if (future.#state === 'pending') future.#end('threw', error);
    };
  }

  readonly #control: CallControl;
  #state: State = 'pending';
  #outcome: unknown;
  #callbacks: ((future: this) => unknown)[] | null = null;
  #promise: Promise<T> | null = null;

  /** @internal */
  constructor(control: CallControl) {
    this.#control = control;
  }

  /**
   * Keeps the call from being made, or does nothing when it has begun: a function that runs goes on to its end, as in
   * Python.
   *
   * @returns whether the future is cancelled now
   * @python concurrent.futures.Future.cancel()
   */
  cancel(): boolean {
    if (this.#state === 'pending' && this.#control.withdraw()) this.#end('cancelled', undefined);
    return this.#state === 'cancelled';
  }

  /**
   * Whether the call was cancelled.
   *
   * @python concurrent.futures.Future.cancelled()
   */
  cancelled(): boolean {
    return this.#state === 'cancelled';
  }

  /**
   * Whether a worker has begun the call and not ended it.
   *
   * @python concurrent.futures.Future.running()
   */
  running(): boolean {
    return this.#state === 'pending' && this.#control.isRunning();
  }

  /**
   * Whether the call has ended or was cancelled.
   *
   * @python concurrent.futures.Future.done()
   */
  done(): boolean {
    return this.#state !== 'pending';
  }

  /**
   * What the call returned.
   *
   * @throws what the call threw
   * @throws {CancelledError} when it was cancelled
   * @throws {InvalidStateError} when it has not ended
   * @python concurrent.futures.Future.result()
   */
  result(): T {
    this.#checkEnded();
    if (this.#state === 'threw') throw this.#outcome;
    return this.#outcome as T;
  }

  /**
   * What the call threw, as it is, or `null`.
   *
   * @throws {CancelledError} when it was cancelled
   * @throws {InvalidStateError} when it has not ended
   * @python concurrent.futures.Future.exception()
   */
  exception(): unknown {
    this.#checkEnded();
    return this.#state === 'threw' ? this.#outcome : null;
  }

  /**
   * Calls `callback` with this future once it is done, at once when it is done already, and in the async context of
   * now. As in Python, what a callback throws is reported (as a process warning) and nothing else happens.
   *
   * @throws {TypeError} when `callback` is no function
   * @python concurrent.futures.Future.add_done_callback()
   */
  addDoneCallback(callback: (future: this) => unknown): void {
    checkCallback(callback);
    if (this.#state === 'pending') {
      this.#callbacks ??= [];
      this.#callbacks.push(AsyncResource.bind(callback));
    } else {
      this.#call(callback);
    }
  }

  /** As `promise.then()`. Nothing is cancelled when the promise is dropped. */
  then<R = T, E = never>(
    onFulfilled?: ((value: T) => R | PromiseLike<R>) | null,
    onRejected?: ((reason: unknown) => E | PromiseLike<E>) | null,
  ): Promise<R | E> {
    this.#promise ??= this.#makePromise();
    return this.#promise.then(onFulfilled, onRejected);
  }

  /** As `promise.catch()`. */
  catch<R = never>(onRejected?: ((reason: unknown) => R | PromiseLike<R>) | null): Promise<T | R> {
    return this.then(null, onRejected);
  }

  /** As `promise.finally()`. */
  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.then().finally(onFinally);
  }

  #makePromise(): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        if (this.#state === 'returned') resolve(this.#outcome as T);
        else reject(this.#state === 'threw' ? this.#outcome : new CancelledError());
      };
      if (this.#state !== 'pending') return settle();
      this.#callbacks ??= [];
      this.#callbacks.push(settle);
    });
  }

  #checkEnded(): void {
    if (this.#state === 'pending') throw new InvalidStateError('the call has not ended yet');
    if (this.#state === 'cancelled') throw new CancelledError();
  }

  #end(state: State, outcome: unknown): void {
    this.#state = state;
    this.#outcome = outcome;
    const callbacks = this.#callbacks;
    this.#callbacks = null;
    if (callbacks === null) return;
    for (const callback of callbacks) this.#call(callback);
  }

  #call(callback: (future: this) => unknown): void {
    try {
      callback(this);
    } catch (error) {
      const detail = error instanceof Error ? error.stack : String(error);
      process.emitWarning('a callback of an executor future threw', { type: 'RuntimeWarning', detail });
    }
  }
}
