/// <reference lib="esnext.disposable" preserve="true" />
import { AsyncResource } from 'node:async_hooks';
import type {
  Executor,
  ExecutorCallable,
  ExecutorMapOptions,
  ExecutorShutdownOptions,
} from '@bight/loop-abstract';
import {
  checkArgs,
  checkBufferSize,
  checkInteger,
  checkOptions,
  checkTimeout,
  typeError,
} from '@bight/loop-abstract/validate';
import { type Callable, callMessage } from '../calls/call.js';
import { type CarriedVariable, captureVariables } from '../calls/carried-variable.js';
import { unwrapTransfers } from '../calls/transfer.js';
import type { BrokenExecutor } from '../errors/broken-executor.js';
import { decodeError } from '../errors/decode-error.js';
import { kTerminate } from '../internals.js';
import { MapCalls } from './map-calls.js';
import { mapResults } from './map-results.js';
import type { PoolFuture } from './pool-future.js';
import type { CheckedPoolOptions } from './pool-options.js';
import type { LinkEvents, WorkerLink } from './worker-link.js';
import { WorkerPool } from './worker-pool.js';

// Taken at import: under fake timers, which replace the global functions, a loop runs in real time.
const now = performance.now.bind(performance);

/** What distinguishes the kinds of pools. */
interface PoolKind {
  depth: number;
  maxCalls: number;
  connect(events: LinkEvents): WorkerLink;
  Broken: new (message: string, options?: ErrorOptions) => BrokenExecutor;
}

// Workers live longer than the call that happened to start them, so they do not belong to its async context.
const outside = new AsyncResource('bight.executors');

// An executor that was collected gets no more calls; its workers end as well.
const forgotten = new FinalizationRegistry<WorkerPool>((pool) => {
  void pool.shutdown(false);
});

/**
 * What thread pools and process pools have in common.
 *
 * Pending calls keep the process alive; workers that have nothing to do do not.
 *
 * @python concurrent.futures.Executor
 */
export abstract class PoolExecutor implements Executor {
  /** Where the functions run. */
  abstract readonly kind: 'thread' | 'process';

  /** How many workers there may be. */
  readonly maxWorkers: number;

  readonly #pool: WorkerPool;
  readonly #carried: readonly CarriedVariable[];

  /** @internal */
  constructor(options: CheckedPoolOptions, { depth, maxCalls, connect, Broken }: PoolKind) {
    this.maxWorkers = options.maxWorkers;
    this.#carried = options.carried;
    this.#pool = new WorkerPool({
      maxWorkers: options.maxWorkers,
      depth,
      maxCalls,
      preparation: options.preparation,
      connect: (events) => outside.runInAsyncScope(connect, undefined, events),
      broken: (message, errorOptions) => new Broken(message, errorOptions),
      decodeError: (message) => decodeError(message, options.errorClasses),
    });
    forgotten.register(this, this.#pool);
  }

  /**
   * Submits a call of `func`, which a worker makes.
   *
   * The arguments are cloned (structured clone) when the call is handed to a worker, the result when it comes back; see
   * `transfer()` for moving them. An async function's promise is awaited in the worker.
   *
   * @param func - a function that uses nothing from outside of it but globals (its source text is sent), or what
   *   `taskFrom()` returns
   * @param args - its arguments
   * @returns the future of its result; awaitable. A call that cannot be sent, and one whose worker dies, fails through
   *   it
   * @throws {TypeError} when `func` is a native or bound function, a method, a class, a generator function, or none
   * @throws {RuntimeError} after `shutdown()`, and a `BrokenExecutor` (which is one) after the initializer failed
   * @python concurrent.futures.Executor.submit()
   */
  submit<A extends unknown[], R>(
    func: ExecutorCallable<A, R>,
    args?: readonly [...A] | null,
  ): PoolFuture<Awaited<R>> {
    // The call is sent later; what the caller does with the array until then must not matter.
    const [values, transferList] = unwrapTransfers([...checkArgs(args)]);
    const message = callMessage(func as Callable, values, captureVariables(this.#carried));
    return this.#pool.submit(message, transferList) as PoolFuture<Awaited<R>>;
  }

  /**
   * Submits a call of `func` with each of `items`, and yields the results in the order of the items. All are submitted
   * at once, unless there is a `bufferSize`; those that have not begun are cancelled when the consumer stops early.
   * Unlike in Python there is one iterable.
   *
   * @param func - as for `submit()`
   * @param items - the arguments, one for each call
   * @param options - `timeout`: seconds from this call within which each result must be there, else `TimeoutError`;
   *   `chunksize`: how many items go to a worker in one message, 1 when it is not given. A chunk fails as a whole;
   *   `bufferSize`: how many items are taken ahead of the results, so that `items` may be endless: after k results, k +
   *   `bufferSize` have been taken at most. What `items` throws then comes behind the results before it
   * @throws {TypeError} when `items` is not iterable, or an option is of the wrong type; when `bufferSize` is no
   *   integer
   * @throws {ValueError} when `chunksize` or `bufferSize` is not positive
   * @throws {RuntimeError} as `submit()`
   * @python concurrent.futures.Executor.map()
   */
  map<T, R>(
    func: ExecutorCallable<[T], R>,
    items: Iterable<T>,
    options?: ExecutorMapOptions | null,
  ): AsyncGenerator<Awaited<R>, undefined> {
    const startMs = now();
    const { timeout, chunksize, bufferSize } = checkOptions(options, ['timeout', 'chunksize', 'bufferSize']);
    const timeoutSeconds = checkTimeout(timeout);
    const size = checkInteger(chunksize ?? 1, 'chunksize', { min: 1 });
    const ahead = checkBufferSize(bufferSize);
    if (items === null || items === undefined || typeof items[Symbol.iterator] !== 'function') {
      throw typeError('items', 'an iterable', items);
    }
    const submit = (chunk: readonly T[]) => {
      const [values, transferList] = unwrapTransfers(chunk);
      const message = callMessage(func as Callable, values, captureVariables(this.#carried), {
        isChunk: true,
      });
      return this.#pool.submit(message, transferList) as PoolFuture<Awaited<R>[]>;
    };
    const calls = new MapCalls({ items, chunksize: size, bufferSize: ahead, submit });
    return mapResults(calls, timeoutSeconds, startMs);
  }

  /**
   * Takes no more calls, and ends the workers after the last call. May be called again, with other options.
   *
   * @param options - `wait` (default `true`): whether the promise waits until all calls and workers have ended, or the
   *   rest goes on by itself; `cancelFutures` (default `false`): whether calls that have not begun are cancelled
   * @throws {TypeError} when the options are no object
   * @python concurrent.futures.Executor.shutdown()
   */
  async shutdown(options?: ExecutorShutdownOptions | null): Promise<void> {
    const { wait, cancelFutures } = checkOptions(options, ['wait', 'cancelFutures']);
    const closed = this.#pool.shutdown(cancelFutures ?? false);
    if (wait ?? true) await closed;
  }

  /** Ends the workers in the middle of what they are doing; see the subclasses. @internal */
  [kTerminate](signal?: NodeJS.Signals): Promise<void> {
    return this.#pool.terminate(signal);
  }

  /** Shuts the executor down and waits for its calls: `await using executor = …`. Python's `with`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }
}
