/**
 * Runs functions elsewhere: in a pool of threads or of processes.
 *
 * @python concurrent.futures.Executor
 */
export interface Executor {
  /**
   * Where the functions run: `'thread'` (threads of this process) or `'process'`. A loop takes only a `'thread'`
   * executor as its default one.
   */
  readonly kind: 'thread' | 'process';

  /**
   * Submits a call of `func`, which the pool makes.
   *
   * @param func - a function that stands by itself (it is sent as source, so it must not use variables from outside),
   *   or a reference to an exported one
   * @param args - its arguments, which are cloned
   * @returns the future of its result
   * @throws {RuntimeError} when the executor was shut down
   * @python concurrent.futures.Executor.submit()
   */
  submit<A extends unknown[], R>(
    func: ExecutorCallable<A, R>,
    args?: readonly [...A] | null,
  ): ExecutorFuture<Awaited<R>>;

  /**
   * Submits a call of `func` with each of `items`, several at once, and yields the results in the order of the items.
   * Unlike in Python there is one iterable.
   *
   * @param func - as for `submit()`
   * @param items - the arguments, one for each call
   * @param options - `timeout`: seconds from this call within which each result must be there, else `TimeoutError`;
   *   `chunksize`: how many items are sent at once, 1 when it is not given
   * @python concurrent.futures.Executor.map()
   */
  map<T, R>(
    func: ExecutorCallable<[T], R>,
    items: Iterable<T>,
    options?: ExecutorMapOptions | null,
  ): AsyncIterableIterator<Awaited<R>>;

  /**
   * Takes no more work. Python's `with executor` is `await using` here.
   *
   * @param options - `wait` (default `true`): whether the promise waits until all work has ended; `cancelFutures`
   *   (default `false`): whether what has not begun is cancelled
   * @python concurrent.futures.Executor.shutdown()
   */
  shutdown(options?: ExecutorShutdownOptions | null): Promise<void>;

  /**
   * Shuts the executor down and ends its workers in the middle of what they are doing. An executor that cannot do this
   * has no such method.
   *
   * @python concurrent.futures.ProcessPoolExecutor.terminate_workers() (3.14)
   */
  terminateWorkers?(): Promise<void>;
}

/** What `executor.map()` takes beside the function and the items. */
export interface ExecutorMapOptions {
  /** Seconds from the call of `map()` within which each result must be there; no limit when it is not given. */
  timeout?: number | null | undefined;
  /** How many items are sent to the pool at once. */
  chunksize?: number | undefined;
  /**
   * How many items are taken ahead of the results: after k results, k + `bufferSize` at most; all of them, at once,
   * when it is not given.
   *
   * @python concurrent.futures.Executor.map(buffersize) (3.14)
   */
  bufferSize?: number | null | undefined;
}

/** What `executor.shutdown()` takes. */
export interface ExecutorShutdownOptions {
  /** Whether to wait until all work has ended. */
  wait?: boolean | undefined;
  /** Whether work that has not begun is cancelled. */
  cancelFutures?: boolean | undefined;
}

/**
 * A function for an executor: one that stands by itself, or a reference to an exported one.
 *
 * @typeParam A - the types of its arguments
 * @typeParam R - what it returns, or a promise of it
 */
export type ExecutorCallable<A extends unknown[], R> = ((...args: A) => R) | TaskReference<A, R>;

/**
 * Names an exported function of a module, for functions that need imports or variables of their own. Made by
 * `taskFrom()` of `@bight/executors`.
 *
 * @typeParam A - the types of the function's arguments
 * @typeParam R - what it returns, or a promise of it
 */
export interface TaskReference<A extends unknown[] = unknown[], R = unknown> {
  /** The module's address. */
  readonly url: string;
  /** The name under which the module exports the function. */
  readonly exportName: string;
  /** Carries the function's type; there is no such property. */
  readonly signature?: ((...args: A) => R) | undefined;
}

/**
 * The future of a call in an executor; it belongs to no loop.
 *
 * Unlike in Python it can be awaited.
 *
 * @typeParam T - what the function results in
 * @python concurrent.futures.Future
 */
export interface ExecutorFuture<T = unknown> extends PromiseLike<T> {
  /**
   * Keeps the call from being made.
   *
   * @returns `false` when it runs or has ended already, else `true`
   * @python concurrent.futures.Future.cancel()
   */
  cancel(): boolean;

  /**
   * Whether the call was cancelled.
   *
   * @python concurrent.futures.Future.cancelled()
   */
  cancelled(): boolean;

  /**
   * Whether the function is running, so that it cannot be cancelled any more.
   *
   * @python concurrent.futures.Future.running()
   */
  running(): boolean;

  /**
   * Whether the call was cancelled or has ended.
   *
   * @python concurrent.futures.Future.done()
   */
  done(): boolean;

  /**
   * What the function returned. In Python it waits; here, await the future to wait.
   *
   * @throws what the function threw
   * @throws {CancelledError} when the call was cancelled
   * @throws {InvalidStateError} when the call has not ended
   * @python concurrent.futures.Future.result()
   */
  result(): T;

  /**
   * What the function threw, or `null` when it returned. In Python it waits.
   *
   * @throws {CancelledError} when the call was cancelled
   * @throws {InvalidStateError} when the call has not ended
   * @python concurrent.futures.Future.exception()
   */
  exception(): unknown;

  /**
   * Calls `callback` with this future once it is done, at once when it is done already.
   *
   * @python concurrent.futures.Future.add_done_callback()
   */
  addDoneCallback(callback: (future: this) => unknown): void;

  /** As `promise.catch()`. */
  catch<R = never>(onRejected?: ((reason: unknown) => R | PromiseLike<R>) | null): Promise<T | R>;

  /** As `promise.finally()`. */
  finally(onFinally?: (() => void) | null): Promise<T>;
}
