import { CancelledError, RuntimeError } from '@bight/loop-abstract';
import { describeValue } from '@bight/loop-abstract/validate';
import { refuseCycle } from '../futures/await-cycle.js';
import type { Awaited, AwaitingSide, CancellableReaction } from '../futures/await-seams.js';
import { ForeignFuture, isForeignFuture } from '../futures/foreign-future.js';
import { Future, type FutureLoop } from '../futures/future.js';
import { isFuture } from '../futures/is-future.js';
import { selfAwait } from '../futures/refused-await.js';
import { CANCELLED, FAILED, FINISHED, PENDING } from '../futures/state.js';
import {
  kAbortSignal,
  kAddReaction,
  kAddWaiter,
  kAwaited,
  kBlocking,
  kBody,
  kCancelAwaited,
  kCancelAwaitedNow,
  kCancelFrom,
  kCancellation,
  kCancelMessage,
  kCancelRequested,
  kDependsOn,
  kFailed,
  kFailedWith,
  kFinish,
  kIsInline,
  kLoop,
  kMustCancel,
  kNoteDelivered,
  kRefuse,
  kRefuseWait,
  kRemoveReaction,
  kRemoveWaiter,
  kRetrieve,
  kRetrieves,
  kReturned,
  kRun,
  kSoleWait,
  kState,
  kStep,
  kTakeCancel,
  kTask,
  kValue,
  kWaitFor,
} from '../internals.js';
import { enqueue } from '../scheduling/enqueue.js';
import type { Runnable } from '../scheduling/runnable.js';

/** The generator behind a coroutine. @internal */
export type Body = Generator<unknown, unknown, unknown>;

/** A task, as far as what runs on its behalf needs to know it. @internal */
export interface SignalledTask {
  /** Aborts the task's signal; whether somebody listened, and so will bring the cancel into the code. */
  [kAbortSignal](message: string | undefined): boolean;
  /** Hears which error carried a cancel into the code. */
  [kNoteDelivered](error: CancelledError): void;
}

/**
 * A future that comes about by running code which itself waits for futures: a task, or a coroutine method under way.
 *
 * The code is either a generator, stepped here (it waits for one future at a time, {@link _awaited}), or an async
 * function, which waits through {@link Reaction}s: one for each `await`, several under `Promise.all`. Cancelling an
 * awaiter cancels what it waits for; if there is nothing to cancel, the cancel stays pending until there is.
 *
 * @internal
 */
export abstract class Awaiter<T> extends Future<T> implements AwaitingSide, Runnable {
  declare [kRetrieves]: boolean;
  [kMustCancel] = false;
  [kBody]: Body | null = null;
  [kAwaited]: Awaited | null = null;
  // One at a time, but under `Promise.all`.
  #reactions: CancellableReaction | Set<CancellableReaction> | null = null;

  /** The task on whose behalf the code runs: itself, for a task. */
  abstract readonly [kTask]: SignalledTask | null;

  static {
    this.prototype[kRetrieves] = true;
  }

  constructor(loop: FutureLoop | undefined | null) {
    super({ loop });
  }

  override cancel(message?: string | null): boolean {
    if (this[kState] !== PENDING) return super.cancel(message);
    const reason = message ?? undefined;
    this[kCancelRequested](reason);
    if (this[kCancelAwaitedNow](reason)) return true;
    this[kMustCancel] = true;
    this[kCancelMessage] = reason;
    return true;
  }

  /** Hears of every cancel, before it is delivered. */
  [kCancelRequested](_message: string | undefined): void {}

  /** Hears which error carried a cancel into the code. */
  [kNoteDelivered](_error: CancelledError): void {}

  /** Cancels whatever the code waits for; whether the cancel will arrive that way. */
  [kCancelAwaitedNow](message: string | undefined): boolean {
    let delivered = false;
    for (const reaction of waitsIn(this.#reactions)) if (reaction[kCancelAwaited](message)) delivered = true;
    // A generator stands at one place; what runs beside it on its behalf does not tell it anything.
    if (this[kBody] !== null) delivered = this[kAwaited]?.[kCancelFrom](this, message) ?? false;
    return delivered || (this[kTask]?.[kAbortSignal](message) ?? false);
  }

  override [kDependsOn](): Future<unknown>[] {
    return [this[kAwaited], ...waitsIn(this.#reactions).map((reaction) => reaction[kAwaited])].filter(
      isFuture,
    );
  }

  [kAddReaction](reaction: CancellableReaction): void {
    const reactions = this.#reactions;
    if (reactions === null) this.#reactions = reaction;
    else if (reactions instanceof Set) reactions.add(reaction);
    else this.#reactions = new Set([reactions, reaction]);
  }

  [kRemoveReaction](reaction: CancellableReaction): void {
    if (this.#reactions === reaction) this.#reactions = null;
    else if (this.#reactions instanceof Set) this.#reactions.delete(reaction);
  }

  /** What the code waits for; `undefined` if that is several things, under `Promise.all`. */
  get [kSoleWait](): Awaited | null | undefined {
    const reactions = this.#reactions;
    if (reactions === null) return this[kAwaited];
    return reactions instanceof Set || this[kAwaited] !== null ? undefined : reactions[kAwaited];
  }

  [kRefuseWait](future: Awaited, error: RuntimeError): void {
    if (this[kAwaited] === future) {
      future[kRemoveWaiter](this);
      throwInto(this, error);
    }
    for (const reaction of waitsIn(this.#reactions))
      if (reaction[kAwaited] === future) reaction[kRefuse](error);
  }

  [kTakeCancel](awaited: Future<unknown> | null): CancelledError {
    this[kMustCancel] = false;
    const error = cancellationOf(awaited) ?? new CancelledError(this[kCancelMessage]);
    this[kNoteDelivered](error);
    return error;
  }

  /** The turn that was queued: go on. */
  abstract [kRun](): void;

  /** Runs the generator up to its next wait, with the outcome of what it waited for. */
  [kStep](): void {
    const awaited = this[kAwaited] as Future<unknown> | null;
    this[kAwaited] = null;
    const body = this[kBody] as Body;
    let step: IteratorResult<unknown, unknown>;
    try {
      if (this[kMustCancel] && awaited?.[kIsInline] !== true) {
        awaited?.[kRetrieve]();
        step = body.throw(this[kTakeCancel](awaited));
      } else if (awaited === null || awaited[kState] === FINISHED) {
        step = body.next(awaited?.[kValue]);
      } else if (awaited[kState] === FAILED) {
        awaited[kRetrieve]();
        if (awaited[kValue] instanceof CancelledError) this[kNoteDelivered](awaited[kValue]);
        step = body.throw(awaited[kValue]);
      } else {
        const error = awaited[kCancellation]();
        this[kNoteDelivered](error);
        step = body.throw(error);
      }
    } catch (error) {
      this[kFailed](error);
      return;
    }
    if (step.done) this[kReturned](step.value as T);
    else this[kWaitFor](step.value);
  }

  /** The code came to its end. */
  [kReturned](value: T): void {
    this[kBody] = null;
    if (this[kMustCancel]) {
      // Cancelled right before it stopped: nobody was left to hear of it.
      this[kMustCancel] = false;
      this[kFinish](CANCELLED, new CancelledError(this[kCancelMessage]));
    } else {
      this[kFinish](FINISHED, value);
    }
  }

  /** The code threw. */
  [kFailed](error: unknown): void {
    this[kBody] = null;
    if (error instanceof CancelledError) {
      this[kCancelMessage] = error.message || undefined;
      this[kFinish](CANCELLED, error);
    } else {
      this[kFinish](FAILED, error);
    }
  }

  [kWaitFor](awaited: unknown): void {
    if (awaited === undefined || awaited === null) {
      // A bare yield gives up one turn of the loop.
      enqueue(this[kLoop], this);
      return;
    }
    if (isForeignFuture(awaited)) {
      awaited = new ForeignFuture(awaited);
      (awaited as Awaited)[kBlocking] = true;
    }
    if (!isFuture(awaited)) {
      throwInto(this, new RuntimeError(`${this} got bad yield: ${describeValue(awaited)}`));
    } else if (!awaited[kBlocking]) {
      throwInto(this, new RuntimeError(`yield was used instead of yield* in ${this} with ${awaited}`));
    } else if (awaited[kLoop] !== this[kLoop]) {
      throwInto(this, new RuntimeError(`${this} got ${awaited}, which is attached to a different loop`));
    } else {
      const refusal = awaited === (this as unknown) ? selfAwait(this) : refuseCycle(this, awaited);
      if (refusal !== null) {
        throwInto(this, refusal);
        return;
      }
      awaited[kBlocking] = false;
      this[kAwaited] = awaited;
      awaited[kAddWaiter](this);
      if (this[kMustCancel] && awaited[kCancelFrom](this, this[kCancelMessage])) this[kMustCancel] = false;
    }
  }
}

function throwInto(awaiter: Awaiter<unknown>, error: Error): void {
  awaiter[kAwaited] = Future[kFailedWith](awaiter[kLoop], error);
  enqueue(awaiter[kLoop], awaiter);
}

function waitsIn(reactions: CancellableReaction | Set<CancellableReaction> | null): CancellableReaction[] {
  if (reactions === null) return [];
  return reactions instanceof Set ? [...reactions] : [reactions];
}

/** The CancelledError that a future brings by itself: a cancel that comes on top of it changes nothing. */
function cancellationOf(future: Future<unknown> | null): CancelledError | null {
  if (future === null) return null;
  if (future[kState] === CANCELLED) return future[kCancellation]();
  return future[kState] === FAILED && future[kValue] instanceof CancelledError ? future[kValue] : null;
}
