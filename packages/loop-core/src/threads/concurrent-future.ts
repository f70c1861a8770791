import { CancelledError, type ExecutorFuture, InvalidStateError } from '@bight/loop-abstract';
import { checkCallback } from '@bight/loop-abstract/validate';

type State = 'pending' | 'cancelled' | 'returned' | 'threw';

/** The maker of a concurrent future, which ends it. */
export interface FutureControl<T> {
  setResult(value: T): void;
  setException(error: unknown): void;
  setCancelled(): void;
}

/**
 * The future of a coroutine that runs in a loop, for code outside of that loop. It belongs to no loop and can be
 * awaited anywhere; nothing is reported when its exception is not retrieved.
 *
 * Nothing blocks, so `result()` and `exception()` take no time-out, and throw when it is too early.
 *
 * @typeParam T - what the coroutine results in
 * @python concurrent.futures.Future
 */
export class ConcurrentFuture<T = unknown> implements ExecutorFuture<T> {
  #state: State = 'pending';
  #value: unknown;
  #callbacks: ((future: this) => unknown)[] = [];
  readonly #promise: Promise<T>;
  #resolve!: (value: T) => void;
  #reject!: (error: unknown) => void;
  readonly #requestCancel: () => void;
  readonly #report: (error: unknown) => void;

  /** @internal Made by {@link runCoroutineThreadsafe}. */
  constructor(
    executor: (control: FutureControl<T>) => void,
    requestCancel: () => void,
    report: (error: unknown) => void,
  ) {
    this.#requestCancel = requestCancel;
    this.#report = report;
    this.#promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#promise.catch(() => {});
    executor({
      setResult: (value) => this.#end('returned', value),
      setException: (error) => this.#end('threw', error),
      setCancelled: () => this.#end('cancelled', new CancelledError()),
    });
  }

  /**
   * Cancels the future at once, and the coroutine soon.
   *
   * @returns `false` when it is done already, else `true`
   * @python concurrent.futures.Future.cancel()
   */
  cancel(): boolean {
    if (this.#state === 'cancelled') return true;
    if (this.#state !== 'pending') return false;
    this.#end('cancelled', new CancelledError());
    this.#requestCancel();
    return true;
  }

  /**
   * Whether it was cancelled.
   *
   * @python concurrent.futures.Future.cancelled()
   */
  cancelled(): boolean {
    return this.#state === 'cancelled';
  }

  /**
   * Always `false`: a coroutine can be cancelled as long as it runs.
   *
   * @python concurrent.futures.Future.running()
   */
  running(): boolean {
    return false;
  }

  /**
   * Whether there is a result or an exception, or it was cancelled.
   *
   * @python concurrent.futures.Future.done()
   */
  done(): boolean {
    return this.#state !== 'pending';
  }

  /**
   * The result.
   *
   * @throws what the coroutine threw
   * @throws {CancelledError} when it was cancelled
   * @throws {InvalidStateError} when it is not done
   * @python concurrent.futures.Future.result()
   */
  result(): T {
    if (this.#state === 'returned') return this.#value as T;
    if (this.#state === 'pending') throw new InvalidStateError('Result is not set.');
    throw this.#value;
  }

  /**
   * What the coroutine threw, `null` when it returned.
   *
   * @throws {CancelledError} when it was cancelled
   * @throws {InvalidStateError} when it is not done
   * @python concurrent.futures.Future.exception()
   */
  exception(): unknown {
    if (this.#state === 'returned') return null;
    if (this.#state === 'threw') return this.#value;
    throw this.#state === 'cancelled' ? this.#value : new InvalidStateError('Exception is not set.');
  }

  /**
   * Calls `callback` with this future once it is done, at once when it is done already.
   *
   * @python concurrent.futures.Future.add_done_callback()
   */
  addDoneCallback(callback: (future: this) => unknown): void {
    checkCallback(callback);
    if (this.done()) this.#call(callback);
    else this.#callbacks.push(callback);
  }

  /** Waits for it, as `await` does. */
  then<R1 = T, R2 = never>(
    onFulfilled?: ((value: T) => R1 | PromiseLike<R1>) | null,
    onRejected?: ((reason: unknown) => R2 | PromiseLike<R2>) | null,
  ): Promise<R1 | R2> {
    return this.#promise.then(onFulfilled, onRejected);
  }

  /** As `promise.catch()`. */
  catch<R = never>(onRejected?: ((reason: unknown) => R | PromiseLike<R>) | null): Promise<T | R> {
    return this.#promise.catch(onRejected);
  }

  /** As `promise.finally()`. */
  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.#promise.finally(onFinally);
  }

  #end(state: State, value: unknown): void {
    if (this.#state !== 'pending') return;
    this.#state = state;
    this.#value = value;
    if (state === 'returned') this.#resolve(value as T);
    else this.#reject(value);
    const callbacks = this.#callbacks;
    this.#callbacks = [];
    for (const callback of callbacks) this.#call(callback);
  }

  #call(callback: (future: this) => unknown): void {
    try {
      callback(this);
    } catch (error) {
      this.#report(error);
    }
  }
}
