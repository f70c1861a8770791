import type { AbstractEventLoop, AwaitableArgument, CoroutineFunction, ResultOf } from '@bight/loop-abstract';
import { CancelledError } from '@bight/loop-abstract';
import { checkOptions } from '@bight/loop-abstract/validate';
import { Future } from '../futures/future.js';
import { PENDING } from '../futures/state.js';
import { watch } from '../futures/watch.js';
import {
  kAdd,
  kCancellation,
  kDependsOn,
  kLogDestroyPending,
  kLoop,
  kRetrieve,
  kState,
} from '../internals.js';
import { getEventLoop } from '../policy/running-loop.js';
import type { FutureLoop } from '../scheduling/handle.js';
import { ensureFutures } from '../tasks/ensure-future.js';
import { Task } from '../tasks/task.js';

/** What can be gathered: futures, promises, coroutine functions. */
export type Gatherable = AwaitableArgument<unknown> | PromiseLike<unknown>;

/** How to gather. */
export interface GatherOptions {
  /** Whether an exception counts as a result, rather than as the end of the whole. */
  returnExceptions?: boolean;
  /** The loop; by default that of the first future, else the current one. */
  loop?: AbstractEventLoop | null;
}

/**
 * The future of several results, which can also be iterated: `for await (const result of gather([…]))` gives the
 * results in the order of the arguments, each as soon as it is there.
 */
export type Gathering<R extends readonly unknown[]> = Future<R> & AsyncIterable<R[number]>;

/** The future of several futures. Cancelling it cancels them. */
class GatheringFuture extends Future<unknown[]> {
  readonly #children: Future<unknown>[] = [];
  readonly #watched = new Set<Future<unknown>>();
  readonly #returnExceptions: boolean;
  #unfinished = 0;
  #isCancelRequested = false;

  constructor(returnExceptions: boolean, loop: FutureLoop) {
    super({ loop }, true);
    this.#returnExceptions = returnExceptions;
  }

  /** Adds a child, and watches it from now on: one that is done reports before a task begins that is made after it. */
  [kAdd](child: Future<unknown>): void {
    this.#children.push(child);
    if (this.#watched.has(child)) return;
    this.#watched.add(child);
    this.#unfinished++;
    watch(child, (done) => this.#childDone(done));
  }

  override [kDependsOn](): Iterable<Future<unknown>> {
    return this.#children;
  }

  /** The results in the order of the arguments, each as soon as it is there. */
  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void> {
    // The awaiter sees the exception there.
    watch<unknown>(this, (gathering) => gathering[kRetrieve]());
    for (const child of this.#children) {
      if (!this.#returnExceptions) yield await child;
      else yield await child.then(undefined, (error: unknown) => error);
    }
  }

  override cancel(message?: string | null): boolean {
    if (this[kState] !== PENDING) return false;
    let wasCancelled = false;
    for (const child of this.#children) if (child.cancel(message)) wasCancelled = true;
    if (wasCancelled) this.#isCancelRequested = true;
    return wasCancelled;
  }

  #childDone(child: Future<unknown>): void {
    this.#unfinished--;
    if (this[kState] !== PENDING) {
      // Too late to matter, but the exception counts as retrieved.
      child[kRetrieve]();
      return;
    }
    if (!this.#returnExceptions) {
      const error = errorOf(child);
      if (error !== null) {
        this.setException(error);
        return;
      }
    }
    if (this.#unfinished > 0) return;
    if (this.#isCancelRequested) this.setException(this.#cancellation());
    else this.setResult(this.#children.map((done) => errorOf(done) ?? done.result()));
  }

  /** The error of the whole: that of the last argument, whichever ended last, as in CPython. */
  #cancellation(): CancelledError {
    const last = this.#children.at(-1) as Future<unknown>;
    return last.cancelled() ? last[kCancellation]() : new CancelledError();
  }
}

function errorOf(future: Future<unknown>): unknown {
  return future.cancelled() ? future[kCancellation]() : future.exception();
}

/**
 * Waits for several awaitables at once.
 *
 * @param awaitables - futures, promises and coroutine functions; the latter become tasks
 * @param options.returnExceptions - with `true`, exceptions stand among the results; by default the first exception is
 *   the outcome, and the others go on
 * @returns the future of the results, in the order of the arguments; async iterable, too. Cancelling it cancels all
 *   that are not done.
 * @python asyncio.gather()
 */
export function gather<const A extends readonly Gatherable[]>(
  awaitables: A,
  options?: GatherOptions | null,
): Gathering<{ -readonly [K in keyof A]: ResultOf<A[K]> }>;
export function gather<T>(
  awaitables: Iterable<PromiseLike<T> | CoroutineFunction<T>>,
  options?: GatherOptions | null,
): Gathering<T[]>;
export function gather(
  awaitables: Iterable<Gatherable>,
  options?: GatherOptions | null,
): Gathering<unknown[]> {
  let outer: GatheringFuture | undefined;
  checkOptions(options, ['loop', 'returnExceptions']);
  ensureFutures(awaitables, options?.loop ?? null, (child, isMadeHere) => {
    if (isMadeHere && child instanceof Task) child[kLogDestroyPending] = false;
    outer ??= new GatheringFuture(options?.returnExceptions === true, child[kLoop]);
    outer[kAdd](child);
  });
  if (outer !== undefined) return outer;
  const empty = new GatheringFuture(false, options?.loop ?? getEventLoop());
  empty.setResult([]);
  return empty;
}
